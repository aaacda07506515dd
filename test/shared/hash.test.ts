import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Hash, hmac, md5, sha1, sha256, toBase64, toHex, utf8 } from '#shared/render/hash'

const hashes: readonly [string, Hash][] = [
  ['md5', md5],
  ['sha1', sha1],
  ['sha256', sha256],
]

describe('a hash', () => {
  const twoBlocks = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'

  it.each<[string, Hash, string, string]>([
    // RFC 1321, section A.5
    ['md5', md5, '', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['md5', md5, 'abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['md5', md5, 'message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['md5', md5, '1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
    // FIPS 180-4 examples
    ['sha1', sha1, 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha1', sha1, twoBlocks, '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['sha256', sha256, 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha256', sha256, twoBlocks, '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
    ['sha256', sha256, 'a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('is what its standard says: %s', (_, hash, message, hex) => {
    expect(toHex(hash(utf8(message)))).toBe(hex)
  })

  it.each(hashes)('is what the system computes, over block borders and any bytes: %s', (name, hash) => {
    for (let length = 0; length <= 200; length++) {
      const message = new Uint8Array(length).fill(length)
      expect(toHex(hash(message))).toBe(createHash(name).update(message).digest('hex'))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), message => {
        expect(toHex(hash(message))).toBe(createHash(name).update(message).digest('hex'))
      }),
      { numRuns: 300, seed: 3 },
    )
  })
})

describe('a signature', () => {
  it.each<[string, Hash, Uint8Array, string, string]>([
    // RFC 2202 and RFC 4231, test cases 1, 2 and 6
    ['sha1', sha1, new Uint8Array(20).fill(0x0b), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
    ['sha1', sha1, utf8('Jefe'), 'what do ya want for nothing?', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    [
      'sha256',
      sha256,
      new Uint8Array(20).fill(0x0b),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'sha256',
      sha256,
      new Uint8Array(131).fill(0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('is what its RFC says: hmac %s', (_, hash, key, message, hex) => {
    expect(toHex(hmac(hash, key, utf8(message)))).toBe(hex)
  })

  it.each(hashes)('is what the system computes, for keys of any length: hmac %s', (name, hash) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
        expect(toHex(hmac(hash, key, message))).toBe(createHmac(name, key).update(message).digest('hex'))
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})

it('texts become UTF-8 and bytes become base64 as everywhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 50 }), (text, bytes) => {
      expect([...utf8(text)]).toEqual([...Buffer.from(text.toWellFormed(), 'utf8')])
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    }),
    { numRuns: 500, seed: 7 },
  )
  expect(toHex(utf8('a\ud800é€😀'))).toBe('61efbfbdc3a9e282acf09f9880')
})
