import type { BRAZE_FILTERS } from '../allowed'
import { type Hash, hmac, md5, sha1, sha256, toBase64, toHex, utf8 } from '../hash'

/** Braze's filters of text. A signing filter takes the key as its argument. */
export const brazeFilters: {
  readonly [name in (typeof BRAZE_FILTERS)[number]]: (text: string, key: string) => string
} = {
  /** For a value inside quotes; the quotes are the template's. */
  json_escape: text => JSON.stringify(text).slice(1, -1),
  /** Leaves the characters that separate the parts of an address: `& / ? #`. */
  url_escape: text => encodeURI(text),
  url_param_escape: text => encodeURIComponent(text),
  base64: text => toBase64(utf8(text)),
  md5: text => toHex(md5(utf8(text))),
  sha1: text => toHex(sha1(utf8(text))),
  sha2: text => toHex(sha256(utf8(text))),
  hmac_sha1: (text, key) => toHex(signed(sha1, key, text)),
  hmac_sha1_hex: (text, key) => toHex(signed(sha1, key, text)),
  hmac_sha1_base64: (text, key) => toBase64(signed(sha1, key, text)),
  hmac_sha256_hex: (text, key) => toHex(signed(sha256, key, text)),
  hmac_sha256_base64: (text, key) => toBase64(signed(sha256, key, text)),
}

function signed(hash: Hash, key: string, text: string): Uint8Array {
  return hmac(hash, utf8(key), utf8(text))
}
