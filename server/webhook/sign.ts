import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from 'node:crypto'

// Standard Webhooks 1.0 (delivery R44): `v1` is HMAC-SHA256 with a `whsec_` key, `v1a` is Ed25519 with a `whsk_` key.

const HMAC = 'whsec_'
const ED25519 = 'whsk_'
/** What stands before the 32 bytes of a key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

type Signer = (text: string) => string

/** Keys are parsed once for each thread; an installation has few. */
const signers = new Map<string, Signer>()

/**
 * The value of `webhook-signature`: one signature per key, the current one first. `timestamp` is in seconds, as it is
 * sent. Throws when a key is none; keys are checked before they are kept (`keyFault`).
 */
export function signature(keys: readonly string[], id: string, timestamp: string, body: string): string {
  const text = `${id}.${timestamp}.${body}`
  return keys.map(key => signerOf(key)(text)).join(' ')
}

/** Why a text cannot be a signing key, as a sentence; null when it can. */
export function keyFault(key: string): string | null {
  const bytes = bytesOf(key)
  if (bytes === null) return 'A signing key begins with whsec_ or whsk_, and base64 follows.'
  if (key.startsWith(HMAC))
    return bytes.length >= 24 && bytes.length <= 64
      ? null
      : `A whsec_ key has 24 to 64 bytes; this one has ${bytes.length}.`
  return bytes.length === 32 || bytes.length === 64
    ? null
    : `A whsk_ key has 32 or 64 bytes; this one has ${bytes.length}.`
}

/**
 * What the receiver verifies with: `whpk_...` of a `whsk_` key; null for a shared key, which is secret on both sides.
 */
export function publicKeyOf(key: string): string | null {
  if (!key.startsWith(ED25519)) return null
  const { x = '' } = createPublicKey(ed25519(key)).export({ format: 'jwk' })
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
}

/** A new key of 32 bytes that were drawn by the caller. */
export function keyFrom(seed: Buffer, algorithm: 'v1' | 'v1a'): string {
  if (algorithm === 'v1') return HMAC + seed.toString('base64')
  const half = ED25519 + seed.toString('base64')
  const pub = Buffer.from((publicKeyOf(half) ?? '').slice('whpk_'.length), 'base64')
  return ED25519 + Buffer.concat([seed, pub]).toString('base64')
}

function signerOf(key: string): Signer {
  const known = signers.get(key)
  if (known !== undefined) return known
  if (signers.size >= 1_000) signers.clear()
  const made = key.startsWith(ED25519) ? ed25519Signer(key) : hmacSigner(key)
  signers.set(key, made)
  return made
}

function hmacSigner(key: string): Signer {
  const bytes = bytesOf(key)
  if (bytes === null) throw new Error('not a signing key')
  return text => `v1,${createHmac('sha256', bytes).update(text).digest('base64')}`
}

function ed25519Signer(key: string): Signer {
  const parsed = ed25519(key)
  return text => `v1a,${signWith(null, Buffer.from(text), parsed).toString('base64')}`
}

/** 32 bytes are the seed; 64 are seed and public key. */
function ed25519(key: string): KeyObject {
  const seed = bytesOf(key)?.subarray(0, 32)
  if (seed?.length !== 32) throw new Error('not a signing key')
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

function bytesOf(key: string): Buffer | null {
  const text = /^(?:whsec_|whsk_)([A-Za-z0-9+/]+={0,2})$/.exec(key)?.[1]
  return text === undefined || text.length % 4 !== 0 ? null : Buffer.from(text, 'base64')
}
