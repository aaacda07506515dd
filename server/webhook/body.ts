import { TextDecoder } from 'node:util'
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { charsetOf } from '#shared/values/charset'

/** The bytes of an answer as text. */
export interface BodyText {
  readonly body: string
  /** Is it the beginning only? */
  readonly cut: boolean
  /** Why it must not be read, as the end of a sentence; absent: it may. */
  readonly unread?: string
}

/** We ask for `identity`, and some receivers compress all the same. */
const unpackers: { readonly [coding: string]: (bytes: Buffer, most: number) => Buffer } = {
  gzip: (bytes, maxOutputLength) => gunzipSync(bytes, { maxOutputLength }),
  // Half of the world means zlib by it (RFC 9110, 8.4.1.2), the other half bare deflate.
  deflate: (bytes, maxOutputLength) =>
    (bytes[0] ?? 0) % 16 === 8 ? inflateSync(bytes, { maxOutputLength }) : inflateRawSync(bytes, { maxOutputLength }),
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, { maxOutputLength, flush: constants.BROTLI_OPERATION_PROCESS }),
}

/**
 * Unpacks and decodes an answer. No more than `limit` bytes are kept, packed or not. `cut`: there were more than these.
 */
export function readBody(
  bytes: Buffer,
  headers: { readonly [name: string]: string },
  { limit, cut }: { readonly limit: number; readonly cut: boolean },
): BodyText {
  if (headers['content-encoding'] === undefined) return decode(bytes, headers, cut)
  const codings = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map(coding => coding.trim().replace(/^x-/, ''))
    .filter(coding => coding !== '' && coding !== 'identity')
  if (codings.length === 0 || bytes.length === 0) return decode(bytes, headers, cut)
  const strange = codings.find(coding => unpackers[coding] === undefined)
  if (strange !== undefined)
    return unreadable(`it is packed as "${strange.slice(0, 40)}", which was not asked for and is not unpacked`)
  if (cut || codings.length > 2) return { body: '', cut: true }
  let unpacked = bytes
  try {
    for (const coding of codings.toReversed()) unpacked = unpackers[coding]?.(unpacked, limit) ?? unpacked
  } catch (error) {
    if (error instanceof RangeError || (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      return { body: '', cut: true }
    return unreadable(`it calls itself ${codings.join(', ')}, and cannot be unpacked`)
  }
  return decode(unpacked, headers, false)
}

function unreadable(unread: string): BodyText {
  return { body: '', cut: false, unread }
}

/** Bad bytes are replaced. NUL goes the same way: PostgreSQL cannot store it in text (delivery A3.10). */
function decode(bytes: Buffer, headers: { readonly [name: string]: string }, cut: boolean): BodyText {
  const charset = charsetOf(headers['content-type'] ?? '', bytes)
  const decoder = decoderOf(charset)
  // `stream`: a sign that was cut in two at the end is left out.
  const text = (decoder ?? utf8).decode(bytes, { stream: cut })
  if (cut) (decoder ?? utf8).decode()
  const clear = text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
  const body = decoder?.encoding === 'windows-1252' ? asWindows(clear) : clear
  return decoder === undefined
    ? { body, cut, unread: `its charset "${charset.slice(0, 40)}" is not known` }
    : { body, cut }
}

/**
 * 0x80 to 0x9f of windows-1252, which stands for ISO-8859-1 too (WHATWG Encoding): Node 20 to 24 at least leave them as
 * controls.
 */
const windows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

function asWindows(text: string): string {
  return text.replaceAll(/[\u0080-\u009f]/g, sign => windows[sign.charCodeAt(0) - 0x80] ?? sign)
}

const utf8 = new TextDecoder()
const decoders = new Map<string, TextDecoder | undefined>([['utf-8', utf8]])

function decoderOf(charset: string): TextDecoder | undefined {
  if (decoders.has(charset)) return decoders.get(charset)
  let decoder: TextDecoder | undefined
  try {
    decoder = new TextDecoder(charset)
  } catch {
    // No such charset: said by whoever asked.
  }
  if (decoders.size < 100) decoders.set(charset, decoder)
  return decoder
}
