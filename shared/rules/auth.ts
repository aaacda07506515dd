import { error, type Finding } from '../problems'
import { isHeaderAllowed } from './check-request'
import { maskOf, type NamedRef } from './secrets'
import type { Auth, Signing } from './webhook'
import type { RenderedRequest, SecretRef, WebhookRequest } from './webhook-request'

/**
 * Adds our authentication to a rendered request, with a mask and its position for what is secret, and the name of the
 * key that signs it. A request that needs neither comes back unchanged.
 */
export function withTrust(
  request: RenderedRequest,
  { auth, signing }: { readonly auth: Auth; readonly signing: Signing },
): RenderedRequest {
  if (auth.as === 'none' && signing.as === 'none') return request
  const known = withAuth(request, auth)
  return signing.as === 'none' ? known : { ...withBody(known), sign: signing.key }
}

function withAuth(request: RenderedRequest, auth: Auth): RenderedRequest {
  switch (auth.as) {
    case 'none':
      return request
    case 'basic':
      return withHeader(request, 'authorization', 'Basic ', { as: 'basic', secret: auth.password, user: auth.user })
    case 'bearer':
      return withHeader(request, 'authorization', 'Bearer ', { as: 'value', secret: auth.token })
    case 'oauth2': {
      const { tokenUrl, clientId, clientSecret, scope } = auth
      return withHeader(request, 'authorization', 'Bearer ', {
        as: 'token',
        ask: { tokenUrl, clientId, clientSecret, scope },
      })
    }
    case 'api-key':
      return auth.where === 'header'
        ? withHeader(request, auth.name, '', { as: 'value', secret: auth.value })
        : withQuery(request, auth.name, auth.value)
  }
}

function withHeader(request: RenderedRequest, name: string, before: string, named: NamedRef): RenderedRequest {
  const ref = { ...named, in: request.headers.length, at: before.length } as SecretRef // a `NamedRef` with its place
  return {
    ...request,
    headers: [...request.headers, tuple(name, before + maskOf(ref))],
    secrets: [...(request.secrets ?? []), ref],
  }
}

/** A signed body is never empty (delivery R43), because some verifiers refuse one. A GET has none by its nature. */
function withBody(request: RenderedRequest): RenderedRequest {
  if (request.method === 'GET' || (request.body !== null && request.body !== '')) return request
  const isTyped = request.headers.some(([name]) => name.toLowerCase() === 'content-type')
  return {
    ...request,
    headers: isTyped ? request.headers : [...request.headers, tuple('content-type', 'application/json')],
    body: '{}',
  }
}

function withQuery(request: RenderedRequest, name: string, secret: string): RenderedRequest {
  const { url, secrets = [] } = request
  const end = url.includes('#') ? url.indexOf('#') : url.length
  const address = url.slice(0, end)
  const joint = address.includes('?') ? (/[?&]$/.test(address) ? '' : '&') : '?'
  const before = `${joint}${encodeURIComponent(name)}=`
  const ref: SecretRef = { in: 'url', at: end + before.length, as: 'value', secret }
  const added = before + maskOf(ref)
  // The insertion has moved what stands behind the #.
  const others = secrets.map(each =>
    each.in === 'url' && each.at >= end ? { ...each, at: each.at + added.length } : each,
  )
  return { ...request, url: address + added + url.slice(end), secrets: [...others, ref] }
}

function tuple(name: string, value: string): [string, string] {
  return [name, value]
}

/** Finds what is missing in the authentication and the signature of a webhook. `path`: where its config stands. */
export function checkTrust(
  { auth, signing, request }: { readonly auth: Auth; readonly signing: Signing; readonly request: WebhookRequest },
  path: string,
): Finding[] {
  const findings: Finding[] = []
  const need = (filled: boolean, key: string, message: string, fix: string) => {
    if (!filled) findings.push(error('auth.incomplete', message, fix, `${path}.${key}`))
  }
  const secret = (name: string, key: string) =>
    need(name !== '', key, 'No secret is chosen.', 'Choose one, or make a new one here.')
  const sent =
    auth.as === 'none' ? null : auth.as === 'api-key' ? (auth.where === 'header' ? auth.name : null) : 'authorization'
  if (auth.as === 'basic') {
    need(auth.user !== '', 'auth.user', 'The user name is empty.', 'Type the user name in.')
    need(!auth.user.includes(':'), 'auth.user', 'A user name cannot hold a colon.', 'Take the colon out.')
    secret(auth.password, 'auth.password')
  }
  if (auth.as === 'bearer') secret(auth.token, 'auth.token')
  if (auth.as === 'api-key') {
    const isName = auth.where === 'header' ? isHeaderAllowed(auth.name) : auth.name !== ''
    need(isName, 'auth.name', `"${auth.name}" cannot be the name of the key.`, 'Use a name like X-Api-Key.')
    secret(auth.value, 'auth.value')
  }
  if (auth.as === 'oauth2') {
    need(
      /^https?:\/\/[^\s/?#@{}]+([/?]\S*)?$/i.test(auth.tokenUrl),
      'auth.tokenUrl',
      'The token address is not a web address.',
      'Start it with https://.',
    )
    need(auth.clientId !== '', 'auth.clientId', 'The client id is empty.', 'Type the client id in.')
    secret(auth.clientSecret, 'auth.clientSecret')
  }
  if (sent !== null && request.headers.some(({ name }) => name.toLowerCase() === sent.toLowerCase()))
    findings.push(
      error(
        'auth.twice',
        `The header "${sent}" is set by the authentication and again among the headers.`,
        'Remove the header, or choose no authentication.',
        `${path}.auth`,
      ),
    )
  if (signing.as === 'standard')
    need(signing.key !== '', 'signing.key', 'No signing key is chosen.', 'Choose one, or make a new one here.')
  return findings
}
