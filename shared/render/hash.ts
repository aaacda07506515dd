import { hmac as signed } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex as toHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** Hashes for what a template prints: synchronous, and the same on every machine. Never for our own secrets. */
export type Hash = typeof md5 | typeof sha1 | typeof sha256
export { md5, sha1, sha256, toHex }

/** Signs a message with a key (RFC 2104). */
export function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  return signed(hash, key, message)
}

/** The UTF-8 bytes of a text. Half of a surrogate pair becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  return utf8ToBytes(text)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 with `+`, `/` and padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const three = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (const shift of [18, 12, 6, 0]) text += ALPHABET[(three >> shift) & 63]
  }
  const missing = (3 - (bytes.length % 3)) % 3
  return text.slice(0, text.length - missing) + '='.repeat(missing)
}
