import type { Cause } from '#shared/call'

/**
 * A failure that we decide (a closed address, a name without an address, a deadline), as an error that carries its
 * cause.
 */
export class CallFailure extends Error {
  constructor(
    readonly why: Cause,
    message: string,
  ) {
    super(message)
  }
}

/** What kept a call here that has no connection yet, and is no fault of the receiver: it costs no attempt. */
export class FaultOfOurs extends Error {
  constructor(
    message: string,
    /** When it is worth another try, in ms from now. */
    readonly inMs: number,
  ) {
    super(message)
  }
}

/** How far the call had come: not yet on a connection, or on the wire. */
export type Stage = 'connecting' | 'exchanging'

interface Failed {
  readonly cause: Cause
  readonly message: string
}

const connectMessages: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EADDRNOTAVAIL: 'the address cannot be used from here',
}

/**
 * Codes of OpenSSL and Node for a certificate that is not accepted. A handshake that fails for another reason may
 * succeed the next time.
 */
const certificates: { readonly [code: string]: string } = {
  CERT_HAS_EXPIRED: 'has run out',
  CERT_NOT_YET_VALID: 'is not valid yet, by the clock of this machine',
  CERT_REVOKED: 'was revoked',
  CERT_UNTRUSTED: 'is not trusted',
  CERT_REJECTED: 'is not accepted',
  CERT_SIGNATURE_FAILURE: 'has a signature that is wrong',
  CERT_CHAIN_TOO_LONG: 'stands at the end of a chain that is too long',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'comes without those that it is signed by',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes without those that it is signed by',
  INVALID_CA: 'comes from what is no authority',
  INVALID_PURPOSE: 'is not for servers',
  PATH_LENGTH_EXCEEDED: 'stands at the end of a chain that is too long',
  HOSTNAME_MISMATCH: 'is for another name',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'is for names that cannot be read',
  CA_MD_TOO_WEAK: 'has a signature that is too weak',
  CA_KEY_TOO_SMALL: 'comes from an authority whose key is too small',
  EE_KEY_TOO_SMALL: 'has a key that is too small',
}

/** What ends a call before it has a connection, and is no fault of the receiver (delivery R20, found G15). */
const ourFaults: { readonly [code: string]: string } = {
  EMFILE: 'Hookline has too many files open.',
  ENFILE: 'This machine has too many files open.',
  ENOBUFS: 'This machine has no memory left for connections.',
  ENOMEM: 'This machine has no memory left for connections.',
}

/** A machine that has run out of something has some of it again in a moment. */
const MACHINE_MS = 5_000

/**
 * A fault of our own machine, or of the way to the name servers; undefined: it is none. Only of calls that have no
 * connection yet.
 */
export function ourFault(error: unknown): FaultOfOurs | undefined {
  if (error instanceof FaultOfOurs) return error
  const message = ourFaults[codeOf(error)]
  return message === undefined ? undefined : new FaultOfOurs(message, MACHINE_MS)
}

/** Codes of undici and of the system that mean: the connection ended before the answer did. */
const resets = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH'])
const ours = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'])
const shutDown = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'])

/**
 * Turns whatever ended a call into its cause and a sentence. Never throws: an error that nobody foresaw counts as the
 * receiver's protocol.
 */
export function failed(error: unknown, stage: Stage, url: URL): Failed {
  if (error instanceof CallFailure) return { cause: error.why, message: error.message }
  const code = codeOf(error)
  const text = error instanceof Error ? error.message : String(error)
  if (ours.has(code)) return { cause: 'bad-request', message: `The request cannot be sent: ${text}.` }
  if (shutDown.has(code)) return { cause: 'reset', message: 'Hookline stopped while the call was open.' }
  return stage === 'connecting' ? failedToConnect(code, text, url) : failedExchange(code, text, url)
}

function failedToConnect(code: string, text: string, url: URL): Failed {
  const known = connectMessages[code]
  const wrong = certificates[code]
  if (wrong !== undefined)
    return {
      cause: 'certificate',
      message: `The certificate of ${url.host} ${wrong} (${code}). That does not mend itself: it is not tried again.`,
    }
  if (known !== undefined || url.protocol === 'http:')
    return { cause: 'connect', message: `No connection to ${url.host}: ${known ?? text} (${code || 'unknown'}).` }
  return { cause: 'tls', message: `No secure connection to ${url.host}: ${text} (${code || 'unknown'}).` }
}

function failedExchange(code: string, text: string, url: URL): Failed {
  // undici says `bad response` (bytes nobody asked for, or a 100 that nobody waits for) and `bad upgrade` with the same
  // code. RFC 9110, 15.2 wants a 100 to be passed over; undici breaks the connection, in 8.13 too, and does not mean to
  // change (its issue 197).
  if (code === 'UND_ERR_SOCKET' && text === 'bad response')
    return {
      cause: 'protocol',
      message: `${url.host} sent "100 Continue" or bytes that belong to no answer, and the connection was broken. Hookline never asks for 100 Continue: let the receiver answer without it.`,
    }
  if (resets.has(code) || (code === 'UND_ERR_SOCKET' && !text.startsWith('bad ')))
    return { cause: 'reset', message: `${url.host} closed the connection before its answer was complete.` }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return { cause: 'tls', message: `The secure connection to ${url.host} broke: ${text} (${code}).` }
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return { cause: 'protocol', message: `${url.host} answered with more than 32 KiB of headers.` }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return { cause: 'protocol', message: `The answer of ${url.host} is not as long as its content-length says.` }
  return { cause: 'protocol', message: `${url.host} did not answer in HTTP: ${text} (${code || 'unknown'}).` }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
