/**
 * MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4) and HMAC (RFC 2104), synchronous and the same on every machine: Node's are out of
 * reach in shared/, and WebCrypto's have no MD5 and must be awaited. For what a template prints; never for secrets of our own.
 */
export type Hash = (message: Uint8Array) => Uint8Array

/** All three hashes go through blocks of this many bytes. */
const BLOCK = 64

export function md5(message: Uint8Array): Uint8Array {
  return digest(message, [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476], { littleEndian: true, step: md5Step })
}

export function sha1(message: Uint8Array): Uint8Array {
  const initial = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  return digest(message, initial, { littleEndian: false, step: sha1Step })
}

export function sha256(message: Uint8Array): Uint8Array {
  const initial = numbers('6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19')
  return digest(message, [...initial], { littleEndian: false, step: sha256Step })
}

/** Signs a message with a key: `hash((key ^ opad) + hash((key ^ ipad) + message))`. */
export function hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(BLOCK)
  padded.set(key.length > BLOCK ? hash(key) : key)
  const keyed = (pad: number, rest: Uint8Array) =>
    hash(
      joined(
        padded.map(byte => byte ^ pad),
        rest,
      ),
    )
  return keyed(0x5c, keyed(0x36, message))
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** The first byte of a sign of two, three and four bytes, by the bytes that follow. */
const LEADING = [0, 0xc0, 0xe0, 0xf0]

/** The UTF-8 bytes of a text; half of a pair becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (const sign of text.toWellFormed()) {
    const code = sign.codePointAt(0) as number
    if (code < 0x80) bytes[length++] = code
    else {
      const rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
      bytes[length++] = (LEADING[rest] ?? 0) | (code >> (6 * rest))
      for (let i = rest - 1; i >= 0; i--) bytes[length++] = 0x80 | ((code >> (6 * i)) & 0x3f)
    }
  }
  return bytes.subarray(0, length)
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
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

// ------------------------------------------------------------------------------------------------------------ one block after another

type Words = Uint32Array

interface Algorithm {
  readonly littleEndian: boolean
  /** Mixes one block of 16 words into the state. */
  readonly step: (state: Words, block: Words) => void
}

function digest(message: Uint8Array, initial: readonly number[], { littleEndian, step }: Algorithm): Uint8Array {
  const padded = pad(message, littleEndian)
  const state = Uint32Array.from(initial)
  const block = new Uint32Array(16)
  for (let at = 0; at < padded.byteLength; at += BLOCK) {
    for (let i = 0; i < 16; i++) block[i] = padded.getUint32(at + 4 * i, littleEndian)
    step(state, block)
  }
  const out = new DataView(new ArrayBuffer(4 * state.length))
  state.forEach((word, i) => {
    out.setUint32(4 * i, word, littleEndian)
  })
  return new Uint8Array(out.buffer)
}

/** The message, one bit, zeros up to a whole block, and in its last eight bytes the message's length in bits. */
function pad(message: Uint8Array, littleEndian: boolean): DataView {
  const size = Math.ceil((message.length + 9) / BLOCK) * BLOCK
  const bytes = new Uint8Array(size)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  const [low, high] = [(message.length << 3) >>> 0, Math.floor(message.length / 2 ** 29)]
  view.setUint32(size - 8, littleEndian ? low : high, littleEndian)
  view.setUint32(size - 4, littleEndian ? high : low, littleEndian)
  return view
}

const MD5_TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const MD5_SINES = numbers(
  `d76aa478 e8c7b756 242070db c1bdceee f57c0faf 4787c62a a8304613 fd469501 698098d8 8b44f7af ffff5bb1 895cd7be 6b901122 fd987193 a679438e 49b40821
   f61e2562 c040b340 265e5a51 e9b6c7aa d62f105d 02441453 d8a1e681 e7d3fbc8 21e1cde6 c33707d6 f4d50d87 455a14ed a9e3e905 fcefa3f8 676f02d9 8d2a4c8a
   fffa3942 8771f681 6d9d6122 fde5380c a4beea44 4bdecfa9 f6bb4b60 bebfbc70 289b7ec6 eaa127fa d4ef3085 04881d05 d9d4d039 e6db99e5 1fa27cf8 c4ac5665
   f4292244 432aff97 ab9423a7 fc93a039 655b59c3 8f0ccc92 ffeff47d 85845dd1 6fa87e4f fe2ce6e0 a3014314 4e0811a1 f7537e82 bd3af235 2ad7d2bb eb86d391`,
)

function md5Step(state: Words, block: Words): void {
  let [a = 0, b = 0, c = 0, d = 0] = state
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    const [mixed, word] =
      round === 0
        ? [(b & c) | (~b & d), i]
        : round === 1
          ? [(d & b) | (~d & c), 5 * i + 1]
          : round === 2
            ? [b ^ c ^ d, 3 * i + 5]
            : [c ^ (b | ~d), 7 * i]
    const sum = (a + mixed + at(MD5_SINES, i) + at(block, word & 15)) | 0
    ;[a, d, c, b] = [d, c, b, (b + left(sum, MD5_TURNS[4 * round + (i & 3)] ?? 0)) | 0]
  }
  add(state, [a, b, c, d])
}

function sha1Step(state: Words, block: Words): void {
  const words = new Uint32Array(80)
  words.set(block)
  for (let i = 16; i < 80; i++)
    words[i] = left(at(words, i - 3) ^ at(words, i - 8) ^ at(words, i - 14) ^ at(words, i - 16), 1)
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state
  for (let i = 0; i < 80; i++) {
    const [mixed, constant] =
      i < 20
        ? [(b & c) | (~b & d), 0x5a827999]
        : i < 40
          ? [b ^ c ^ d, 0x6ed9eba1]
          : i < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
            : [b ^ c ^ d, 0xca62c1d6]
    const sum = (left(a, 5) + mixed + e + constant + at(words, i)) | 0
    ;[e, d, c, b, a] = [d, c, left(b, 30), a, sum]
  }
  add(state, [a, b, c, d, e])
}

const SHA256_ROOTS = numbers(
  `428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
   e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
   27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
   19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2`,
)

/** Without a list for each of the 64 turns: 4 us a block instead of 40. */
function sha256Step(state: Words, block: Words): void {
  const words = schedule
  words.set(block)
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15] as number
    const y = words[i - 2] as number
    const s0 = right(x, 7) ^ right(x, 18) ^ (x >>> 3)
    const s1 = right(y, 17) ^ right(y, 19) ^ (y >>> 10)
    words[i] = (words[i - 16] as number) + s0 + (words[i - 7] as number) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const chosen = (e & f) ^ (~e & g)
    const turned = right(e, 6) ^ right(e, 11) ^ right(e, 25)
    const first = (h + turned + chosen + (SHA256_ROOTS[i] as number) + (words[i] as number)) | 0
    const second = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  add(state, [a, b, c, d, e, f, g, h])
}

/** The words of the block that is mixed in; one is mixed in at a time. */
const schedule = new Uint32Array(64)

function at(words: Words, i: number): number {
  return words[i] ?? 0
}

function left(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

function right(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function add(state: Words, words: readonly number[]): void {
  for (const [i, word] of words.entries()) state[i] = at(state, i) + word
}

function numbers(hex: string): Words {
  return Uint32Array.from(hex.split(/\s+/), each => Number.parseInt(each, 16))
}
