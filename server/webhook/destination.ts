import type { Cause } from '#shared/call'
import { requestTarget, stepsOut } from '#shared/rules/address'
import type { Destination } from './attempt'
import { judgeUrl, type Policy } from './guard'

export interface Refusal {
  readonly cause: Cause
  readonly message: string
}

/**
 * Parses the URL once, so that what is judged is what is called. The path is sent as it is stored, byte for byte,
 * unless that would lead elsewhere than the URL that was judged.
 */
export function checkedDestination(text: string, policy: Policy): Destination | Refusal {
  const url = parseUrl(text)
  if (url === null) return refusal('bad-request', `"${text}" is not a web address.`)
  const verdict = judgeUrl(url, policy)
  if (verdict.is === 'refused') return refusal(verdict.cause, verdict.because)
  const rest = text.replace(/^https?:\/\/[^/?#\\]*/i, '')
  const path = rest === text || stepsOut(rest) ? url.pathname + url.search : requestTarget(rest)
  return { url, origin: url.origin, path }
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

export function refusal(cause: Cause, message: string): Refusal {
  return { cause, message }
}
