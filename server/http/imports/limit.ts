import { Transform } from 'node:stream'
import { type Refused, refuse } from '../problem'

export const MAX_IMPORT_BYTES = 100 * 2 ** 20

/** 413: more than an import takes. */
export function tooLarge(): Refused {
  const message = `The file is larger than ${MAX_IMPORT_BYTES / 2 ** 20} MiB.`
  return refuse(413, 'import.too-large', message, 'Split it, and repeat the first row in each part.')
}

export function atMost(limit: number): Transform {
  let size = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size <= limit) done(null, chunk)
      else done(tooLarge())
    },
  })
}
