import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { SealedSecret } from '#shared/store/secrets'
import type { Chance } from '#shared/time/clock'
import type { KnownSecret, SigningKey } from './secret'

type Named = Pick<SealedSecret, 'name' | 'kind'>

function aadOf({ name, kind }: Named): string {
  return `hookline secret ${kind} ${name}`
}

/** Seals the text of a secret, bound to its name: `1.iv.tag.data` in base64url. */
export function seal(plain: string, secret: Named, key: Buffer, chance: Chance): string {
  const iv = Buffer.from(chance.hex(12), 'hex')
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aadOf(secret)))
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return ['1', ...[iv, cipher.getAuthTag(), data].map(part => part.toString('base64url'))].join('.')
}

/** A secret as it is known: locked where this key does not open it. */
export function unseal({ ciphertext, ...sealed }: SealedSecret, key: Buffer | undefined): KnownSecret {
  const plain = key === undefined ? undefined : opened(ciphertext, aadOf(sealed), key)
  if (plain === undefined) return { ...sealed, locked: true }
  const held = sealed.kind === 'text' ? { value: plain } : { keys: JSON.parse(plain) as SigningKey[] }
  return { ...sealed, locked: false, ...held }
}

/** Undefined: it was sealed with another key, or for another name. */
function opened(ciphertext: string, aad: string, key: Buffer): string | undefined {
  const [, iv = '', tag = '', data = ''] = ciphertext.split('.')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
      .setAAD(Buffer.from(aad))
      .setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64url')), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
