import { createHmac, verify as verifyWith } from 'node:crypto'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { keyFault, keyFrom, publicKeyOf, signature } from '#server/webhook/sign'

const seed = Buffer.alloc(32, 7)
const published = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('signatures', () => {
  it('give the published vector of Standard Webhooks', () => {
    const signed = signature([published], 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}')

    expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('of 10,000 random bodies are verified by a verifier that is not ours, with the old key and the new', () => {
    const [current, old] = [keyFrom(seed, 'v1'), published]
    const verifiers = [new Webhook(current), new Webhook(old)]
    // The verifier reads the real clock, so the timestamp is its "now".
    const timestamp = String(Math.floor(Date.now() / 1000))
    let verified = 0

    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (body, id) => {
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signature([current, old], id, timestamp, body.toWellFormed()),
        }
        for (const verifier of verifiers) verifier.verify(body.toWellFormed(), headers)
        verified++
      }),
      { numRuns: 10_000, seed: 44 },
    )

    expect(verified).toBe(10_000)
  })

  it('are refused when one sign of the body, the id or the time is another', () => {
    const timestamp = String(Math.floor(Date.now() / 1000))
    const verifier = new Webhook(published)
    const headers = (id: string, at: string) => ({
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': signature([published], 'msg_1', timestamp, '{"a":1}'),
    })

    expect(verifier.verify('{"a":1}', headers('msg_1', timestamp))).toEqual({ a: 1 })
    expect(() => verifier.verify('{"a":2}', headers('msg_1', timestamp))).toThrow('No matching signature')
    expect(() => verifier.verify('{"a":1}', headers('msg_2', timestamp))).toThrow('No matching signature')
    expect(() => verifier.verify('{"a":1}', headers('msg_1', String(Number(timestamp) + 1)))).toThrow(
      'No matching signature',
    )
  })

  it('by Ed25519 are verified with the public key that is shown', () => {
    const key = keyFrom(seed, 'v1a')
    const pub = publicKeyOf(key) ?? ''
    const [version, signed = ''] = signature([key], 'msg_1', '1700000000', '{}').split(',')

    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(pub.slice(5), 'base64')])
    const isGood = verifyWith(
      null,
      Buffer.from('msg_1.1700000000.{}'),
      { key: spki, format: 'der', type: 'spki' },
      Buffer.from(signed, 'base64'),
    )
    expect([version, pub.slice(0, 5), isGood]).toEqual(['v1a', 'whpk_', true])
  })

  it('take the current key first', () => {
    const [first, second] = signature([keyFrom(seed, 'v1'), published], 'm', '1', 'x').split(' ')

    const expected = createHmac('sha256', seed).update('m.1.x').digest('base64')
    expect(first).toBe(`v1,${expected}`)
    expect(second).not.toBe(first)
  })
})

describe('a signing key', () => {
  const keys: [string, boolean][] = [
    [published, true],
    [keyFrom(seed, 'v1a'), true],
    [`whsk_${seed.toString('base64')}`, true],
    [`whsec_${Buffer.alloc(64, 1).toString('base64')}`, true],
    [`whsec_${Buffer.alloc(66, 1).toString('base64')}`, false],
    [`whsec_${Buffer.alloc(23, 1).toString('base64')}`, false],
    [`whsk_${Buffer.alloc(31, 1).toString('base64')}`, false],
    ['whsec_not base64', false],
    ['secret', false],
    ['', false],
  ]
  for (const [key, isGood] of keys)
    it(`"${key.slice(0, 20)}" of ${key.length} signs is ${isGood ? 'taken' : 'refused'}`, () => {
      expect(keyFault(key) === null).toBe(isGood)
    })
})
