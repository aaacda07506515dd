import { afterEach, describe, expect, it } from 'vitest'
import { createSealedDeliver } from '#server/webhook/seal'
import type { Call, CallEnd, Secrets } from '#shared/call'
import { withTrust } from '#shared/rules/auth'
import { liftSecrets } from '#shared/rules/secrets'
import type { Auth } from '#shared/rules/webhook'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import { opening, type Receiver, respond, startReceiver } from './receiver'

const mark = 'ab'.repeat(12)
const value = 'p&ss "w/ö'
const secretOf = (name: string) => `[[${name}]]`
const unsigned = { as: 'none' } as const
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

let now = 1_700_000_000_000
let lastTouch = 0

async function play(behave: Parameters<typeof startReceiver>[0]) {
  const receiver = await startReceiver(behave)
  ends.push(() => receiver.close())
  const known: { [name: string]: string } = { pw: value, token: 'tok-123456' }
  const used: string[] = []
  const secrets: Secrets = {
    oldMark: mark,
    value: name => known[name],
    keptFrom: (name, url) => (url.includes('/elsewhere') ? `${name} stays here.` : null),
    signingKeys: name => (name === 'our_key' ? ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] : []),
    used: name => used.push(name),
  }
  const outcomes: CallEnd[] = []
  const deliver = createSealedDeliver(
    {
      policy: opening(receiver),
      options: { version: '1', deadlineMs: 5_000 },
      now: () => now,
      onEnds: got => outcomes.push(...got),
      onBegun: () => {},
    },
    secrets,
  )
  ends.push(() => deliver.close())
  const send = async (...requests: RenderedRequest[]): Promise<CallEnd[]> => {
    const calls: Call[] = requests.map(request => ({
      touch: ++lastTouch,
      webhookId: 'msg_1',
      attempt: 1,
      seconds: 20,
      atOnce: null,
      until: null,
      paced: false,
      request,
    }))
    outcomes.length = 0
    deliver.dispatch(calls)
    await expect.poll(() => outcomes.length, { timeout: 10_000 }).toBe(calls.length)
    expect(deliver.inFlight()).toBe(0)
    return outcomes
  }
  return { receiver, send, known, used }
}

function post(receiver: Receiver, more: Partial<RenderedRequest> = {}): RenderedRequest {
  const request: RenderedRequest = { method: 'POST', url: `${receiver.url}/in`, headers: [], body: '{}', ...more }
  return liftSecrets(request, (text, from) => {
    const match = /\[\[(\w+)\]\]/.exec(text.slice(from))
    if (match === null) return undefined
    const at = from + match.index
    return { from: at, to: at + match[0].length, ref: { as: 'value', secret: match[1] ?? '' } }
  })
}

describe('a secret in a webhook', () => {
  it('is written for the place where it stands', async () => {
    const { receiver, send, used } = await play(socket => respond(socket, 'ok'))

    await send(
      post(receiver, {
        url: `${receiver.url}/in?a=%26&b=1&key=${secretOf('pw')}`,
        headers: [
          ['content-type', 'application/json'],
          ['x-token', secretOf('token')],
        ],
        body: `{"p":"${secretOf('pw')}"}`,
      }),
    )

    const [head = '', body = ''] = (receiver.requests[0] ?? '').split('\r\n\r\n')
    expect(head.split('\r\n')[0]).toBe(`POST /in?a=%26&b=1&key=${encodeURIComponent(value)} HTTP/1.1`)
    expect(head).toContain('x-token: tok-123456\r\n')
    expect(JSON.parse(Buffer.from(body, 'latin1').toString('utf8'))).toEqual({ p: value })
    expect(new Set(used)).toEqual(new Set(['pw', 'token']))
  })

  it('is masked in every spelling when the answer repeats it', async () => {
    const bytes = Buffer.from(value)
    const html = 'p&amp;ss &quot;w/ö'
    const percent = encodeURIComponent(value)
    const spelt: { readonly [how: string]: string } = {
      plain: value,
      capitals: value.toUpperCase(),
      url: percent,
      'url in small letters': percent.toLowerCase(),
      'url twice': encodeURIComponent(percent),
      form: new URLSearchParams([['', value]]).toString().slice(1),
      json: JSON.stringify(value).slice(1, -1),
      'json twice': JSON.stringify(JSON.stringify(value)).slice(3, -3),
      'json with \\u': 'p\\u0026ss \\u0022w\\/\\u00F6',
      html,
      'html by numbers': 'p&#38;ss &#x22;w&#47;&#xF6;',
      hex: bytes.toString('hex'),
      'hex in capitals': bytes.toString('hex').toUpperCase(),
      'hex with colons': bytes.toString('hex').replaceAll(/..(?=.)/g, '$&:'),
      ...Object.fromEntries(
        ['', 'a', 'Bearer ', 'user:', 'ab:'].flatMap(before => [
          [`base64 of ${before}X`, Buffer.from(`${before}${value}`).toString('base64')],
          [`base64 of ${before}X, and more`, Buffer.from(`${before}${value} and more`).toString('base64')],
          [`base64url of ${before}X`, Buffer.from(`${before}${value}`).toString('base64url')],
        ]),
      ),
    }
    const names = Object.keys(spelt)
    const { receiver, send } = await play(socket => respond(socket, names.map(name => spelt[name]).join('\n')))

    const [outcome] = await send(post(receiver, { body: secretOf('pw') }))
    const lines = (outcome as { body: string }).body.split('\n')

    const open = names.filter((_, i) => !lines[i]?.includes('••••••'))
    expect(open).toEqual([])
    // Nothing of the value is left in base64 either: every three of its bytes in a row are gone.
    const left = lines.map(line => Buffer.from(line.replaceAll('•', ''), 'base64').toString('latin1'))
    const parts = [0, 1, 2, 3, 4].map(i => bytes.subarray(i, i + 4).toString('latin1'))
    expect(left.filter(text => parts.some(part => text.includes(part)))).toEqual([])
  })

  it('goes nowhere but to its hosts: the call fails before anything is sent', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))

    const [outcome] = await send(post(receiver, { url: `${receiver.url}/elsewhere`, body: secretOf('pw') }))

    expect(outcome).toMatchObject({ is: 'unreachable', cause: 'bad-request', message: 'pw stays here.' })
    expect(receiver.connections()).toBe(0)
  })

  it('fails the call for good when there is none of its name, before anything is sent', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))

    const [outcome] = await send(post(receiver, { body: secretOf('nobody') }))

    expect(outcome).toMatchObject({ is: 'unreachable', cause: 'bad-request' })
    expect(outcome).toHaveProperty('message', expect.stringContaining('no secret "nobody"'))
    expect(receiver.connections()).toBe(0)
  })

  it('is not given to a value that spells a mask or a placeholder, old or new', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const spelt = ['(secret.pw)', `hk-${mark}-s-pw-`, `hk-${mark}-o-7b7d-`, '(access token)'].join(' ')

    await send(post(receiver, { body: `${spelt} ${secretOf('token')} ${spelt}` }))
    await send(post(receiver, { body: spelt }))

    expect(receiver.requests[0]).toContain(`\r\n\r\n${spelt} tok-123456 ${spelt}`)
    expect(receiver.requests[1]).toContain(`\r\n\r\n${spelt}`)
  })

  it('stands in XML as text, and in a section as it is', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const headers: [string, string][] = [['content-type', 'text/xml; charset=utf-8']]

    await send(post(receiver, { headers, body: `<a>${secretOf('pw')}</a><![CDATA[${secretOf('pw')}]]>` }))

    const body = Buffer.from(receiver.requests[0]?.split('\r\n\r\n')[1] ?? '', 'latin1').toString('utf8')
    expect(body).toBe('<a>p&amp;ss &quot;w/ö</a><![CDATA[p&ss "w/ö]]>')
  })

  it('leaves as before in calls that an earlier version stored', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const other = `hk-${'cd'.repeat(12)}-s-pw-`
    const old: RenderedRequest = {
      method: 'POST',
      url: `${receiver.url}/in?key=hk-${mark}-s-pw-`,
      headers: [['authorization', `Basic hk-${mark}-b-6dc3bc-token-`]],
      body: `hk-${mark}-s-token- ${other} hk-${mark}-o-ff-`,
      marked: true,
    }

    await send(old)

    const [head = '', body = ''] = (receiver.requests[0] ?? '').split('\r\n\r\n')
    expect(head).toContain(`POST /in?key=${encodeURIComponent(value)} HTTP/1.1`)
    expect(head).toContain(`authorization: Basic ${Buffer.from('mü:tok-123456').toString('base64')}`)
    expect(body).toBe(`tok-123456 ${other} hk-${mark}-o-ff-`)
  })
})

describe('a call of an earlier version', () => {
  it('whose secrets were stored under another key fails before anything is sent', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const other = `hk-${'cd'.repeat(12)}-s-pw-`

    const [outcome] = await send({ method: 'POST', url: `${receiver.url}/in`, headers: [], body: other, marked: true })

    expect(outcome).toMatchObject({ is: 'unreachable', cause: 'bad-request' })
    expect(outcome).toHaveProperty('message', expect.stringContaining('stored under another key'))
    expect(receiver.connections()).toBe(0)
  })
})

describe('authentication', () => {
  const headerOf = (receiver: Receiver, at = 0) =>
    /\r\nauthorization: ([^\r]*)/i.exec(receiver.requests[at] ?? '')?.[1] ?? ''

  it('by user and password is Basic, UTF-8 and colons of the password included', async () => {
    const { receiver, send, known } = await play(socket => respond(socket, 'ok'))
    known['pw'] = 'a:ö'
    const auth: Auth = { as: 'basic', user: 'jürgen', password: 'pw' }

    await send(withTrust(post(receiver), { auth, signing: unsigned }))

    expect(headerOf(receiver)).toBe(`Basic ${Buffer.from('jürgen:a:ö').toString('base64')}`)
  })

  it('by a key in the query stands before the fragment', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const auth: Auth = { as: 'api-key', where: 'query', name: 'api key', value: 'token' }

    await send(withTrust(post(receiver, { url: `${receiver.url}/in?x=1#top` }), { auth, signing: unsigned }))

    expect(receiver.requests[0]).toMatch(/^POST \/in\?x=1&api%20key=tok-123456 HTTP/)
  })

  it('adds nothing where none is wanted, not even a copy', async () => {
    const request: RenderedRequest = { method: 'GET', url: 'https://x.example/', headers: [], body: null }

    expect(withTrust(request, { auth: unsigned, signing: unsigned })).toBe(request)
  })
})

describe('an access token', () => {
  const auth = (receiver: Receiver): Auth => ({
    as: 'oauth2',
    tokenUrl: `${receiver.url}/token`,
    clientId: 'me',
    clientSecret: 'token',
    scope: 'a b',
  })
  const asked = (receiver: Receiver) => receiver.requests.filter(text => text.startsWith('POST /token')).length

  it('is asked for once for many calls, and again a minute before its end', async () => {
    let tokens = 0
    const { receiver, send } = await play((socket, request) =>
      request.startsWith('POST /token')
        ? respond(socket, JSON.stringify({ access_token: `at-${++tokens}-secret`, expires_in: 100 }))
        : respond(socket, request),
    )
    const request = () => withTrust(post(receiver), { auth: auth(receiver), signing: unsigned })

    const first = [...(await send(...Array.from({ length: 20 }, request)))]
    now += 39_000
    await send(request())
    const before = asked(receiver)
    now += 2_000
    await send(request())

    expect([before, asked(receiver)]).toEqual([1, 2])
    expect(receiver.requests[0]).toContain('grant_type=client_credentials&scope=a+b')
    expect(receiver.requests[0]).toContain(`Basic ${Buffer.from('me:tok-123456').toString('base64')}`)
    expect(receiver.requests.at(-1)).toContain('Bearer at-2-secret')
    expect(JSON.stringify(first)).not.toContain('at-1-secret')
  })

  it('that is refused with 401 is renewed once, and the second 401 counts', async () => {
    let tokens = 0
    const { receiver, send } = await play((socket, request) =>
      request.startsWith('POST /token')
        ? respond(socket, JSON.stringify({ access_token: `at-${++tokens}`, expires_in: 3600 }))
        : respond(socket, '', 'HTTP/1.1 401 Unauthorized'),
    )

    const [outcome] = await send(withTrust(post(receiver), { auth: auth(receiver), signing: unsigned }))

    expect(outcome).toMatchObject({ is: 'answered', status: 401 })
    expect([asked(receiver), receiver.requests.length]).toEqual([2, 4])
  })

  it('that is not given fails the calls that wait for it: for good at 400, for now at 503', async () => {
    let status = 400
    const { receiver, send } = await play(socket => respond(socket, 'tok-123456', `HTTP/1.1 ${status} No`))
    const request = () => withTrust(post(receiver), { auth: auth(receiver), signing: unsigned })

    const final = [...(await send(request()))]
    status = 503
    const passing = [...(await send(request()))]

    expect(final).toMatchObject([{ is: 'unreachable', cause: 'bad-request' }])
    expect(passing).toMatchObject([{ is: 'unreachable', cause: 'protocol' }])
  })
})

describe('a signed call', () => {
  it('carries id, time and signature, and a body that is not empty', async () => {
    const { receiver, send } = await play(socket => respond(socket, 'ok'))
    const request = withTrust(post(receiver, { body: null }), {
      auth: unsigned,
      signing: { as: 'standard', key: 'our_key' },
    })

    await send(request)

    expect(request.body).toBe('{}')
    expect(receiver.requests[0]).toMatch(
      /webhook-id: msg_1\r\nwebhook-timestamp: \d+\r\nwebhook-signature: v1,[\w+/]{43}=\r\n/,
    )
  })
})
