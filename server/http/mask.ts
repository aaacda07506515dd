import { hideMarks, maskOf, refsAfterEdit, refsIn } from '#shared/rules/secrets'
import type { RenderedRequest, SecretRef } from '#shared/rules/webhook-request'

/** What stands where a secret was. */
export const MASK = '••••••'

/** Is the value of this header a secret? Its name decides, so that a scheme that we do not know is masked too. */
export function isSecret(header: string): boolean {
  return /auth|api-?key|access-?key|cookie|token|secret|passw|signature|credential/i.test(header)
}

/** A request as it may be shown: with masks where secrets stand. */
export function maskedRequest({ method, url, headers, body, marked }: RenderedRequest) {
  const shown = (text: string) => (marked === true ? hideMarks(text) : text)
  return {
    method,
    url: shown(url),
    headers: headers.map(([name, value]): [string, string] => [name, isSecret(name) ? MASK : shown(value)]),
    body: body === null ? null : shown(body),
  }
}

/** The address of a request as it may be shown. */
export function maskedUrl({ url, marked }: Pick<RenderedRequest, 'url' | 'marked'>): string {
  return marked === true ? hideMarks(url) : url
}

interface Edited {
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string | null
}

/**
 * An edited request with the secrets of the original at their places: where a mask was left standing, the secret stays.
 * The other result is the part of which nobody can tell, because the original holds the letters of the mask as a value,
 * too.
 */
export function withSecretsKept(
  edited: Edited,
  original: RenderedRequest,
): { readonly is: 'kept'; readonly request: RenderedRequest } | { readonly is: 'unclear'; readonly mask: string } {
  const secrets: SecretRef[] = []
  let unclear: string | undefined
  const keep = (place: SecretRef['in'], text: string, before: string, refs: readonly SecretRef[]) => {
    const kept = refsAfterEdit(text, before, refs)
    if (kept === undefined) unclear ??= refs.map(maskOf)[0]
    for (const ref of kept ?? []) secrets.push({ ...ref, in: place })
  }
  const headers = edited.headers.map(([name, value], i): [string, string] => {
    const known = original.headers.findIndex(([each]) => each.toLowerCase() === name.toLowerCase())
    const before = original.headers[known]?.[1]
    const text = value === MASK && before !== undefined ? before : value
    if (before !== undefined) keep(i, text, before, refsIn(original, known))
    return [name, text]
  })
  keep('url', edited.url, original.url, refsIn(original, 'url'))
  if (edited.body !== null) keep('body', edited.body, original.body ?? '', refsIn(original, 'body'))
  if (unclear !== undefined) return { is: 'unclear', mask: unclear }
  // The address as it was typed in: no part of it is filled in for the lead any more.
  const { personalFrom: _, secrets: __, ...whole } = original
  const request = { ...whole, url: edited.url, headers, body: edited.body }
  return { is: 'kept', request: secrets.length === 0 ? request : { ...request, secrets } }
}
