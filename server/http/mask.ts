import { hidePlaceholders, restorePlaceholders } from '#shared/rules/secrets'
import type { RenderedRequest } from '#shared/rules/webhook-request'

/** What stands where a secret was. */
export const MASK = '••••••'

/** Headers whose value opens a door. The name decides, so that a new scheme is masked without our knowing it. */
export function isSecret(header: string): boolean {
  return /auth|api-?key|access-?key|cookie|token|secret|passw|signature|credential/i.test(header)
}

/** A request as it may be shown. */
export function maskedRequest({ method, url, headers, body }: RenderedRequest) {
  return {
    method,
    url: hidePlaceholders(url),
    headers: headers.map(([name, value]): [string, string] => [name, isSecret(name) ? MASK : hidePlaceholders(value)]),
    body: body === null ? null : hidePlaceholders(body),
  }
}

/** The headers of an edited request: where the mask was left standing, the secret stays. */
export function unmasked(
  edited: readonly (readonly [string, string])[],
  original: RenderedRequest['headers'],
): [string, string][] {
  return edited.map(([name, value]) => {
    const kept = original.find(([known]) => known.toLowerCase() === name.toLowerCase())
    return [name, value === MASK && kept !== undefined ? kept[1] : restorePlaceholders(value, kept?.[1] ?? '')]
  })
}
