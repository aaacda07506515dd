import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#server/clock'
import { StartFailed } from '#server/parts'
import { routes } from '#shared/routes'
import { eventually, startTestServer, type TestServer } from './server'

// A server that is open to a network, on loopback: it is told names and addresses that it never calls.

const token = 'a-token-that-nobody-can-guess-0123456789'
const publicUrl = 'https://hookline.example.com'
const dataDir = mkdtempSync(join(tmpdir(), 'hookline-access-'))
const clientDir = join(dataDir, 'client')
let server: TestServer
/** By how much its clock runs ahead (ms). */
let ahead = 0
const clock = {
  ...systemClock,
  now: () => systemClock.now() + ahead,
  monotonic: () => systemClock.monotonic() + ahead,
}
const start = (chosen = {}) =>
  startTestServer({ clientDir, clock }, dataDir, { publicUrl, accessToken: token, ...chosen })

beforeAll(async () => {
  mkdirSync(join(clientDir, 'assets'), { recursive: true })
  writeFileSync(join(clientDir, 'index.html'), '<!doctype html><div id="root"></div>')
  writeFileSync(join(clientDir, 'favicon.svg'), '<svg/>')
  writeFileSync(join(clientDir, 'scheme.js'), '')
  writeFileSync(join(clientDir, 'assets/main-3f2a.js'), 'export {}')
  server = await start()
})
afterAll(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Asked {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** `fetch` lets neither Host nor cookies be chosen, and follows redirects. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(server.url, { path, method, headers }, res => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', chunk => {
        text += chunk
      })
      res.on('error', reject)
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }))
    })
      .on('error', reject)
      .end(body)
  })
}

const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }
const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
/** Each test guesses from an address of its own, as a proxy on this machine would tell. */
const from = (client: string) => ({ 'x-forwarded-for': client })
const withToken = (text: string, client = '192.0.2.1') => ({ authorization: `Bearer ${text}`, ...from(client) })

function signIn(text: string, more: Record<string, string> = {}, to = '/leads?search=a'): Promise<Got> {
  const body = new URLSearchParams({ token: text, to }).toString()
  return ask('/sign-in', { method: 'POST', headers: { ...form, ...more }, body })
}

/** What a browser would send back of an answer's cookies. */
function cookieOf({ headers }: Got): string {
  return (headers['set-cookie'] ?? []).map(line => line.split(';')[0]).join('; ')
}

describe('a server that others can reach', () => {
  it.each(routes.map(route => `${route.method.toUpperCase()} /api/v1${route.path.replaceAll(/\{\w+\}/g, 'x')}`))(
    'asks for the token: %s',
    async route => {
      const [method = '', path = ''] = route.split(' ')

      const got = await ask(path, { method })

      expect(got.status).toBe(401)
      expect(got.headers['www-authenticate']).toBe('Bearer realm="Hookline"')
      expect(JSON.parse(got.text).problems[0].code).toBe('access.token')
    },
  )

  it.each([
    '/api/v1/campaigns/x/live',
    '/api/v1/sandbox/live',
    '/api/v1/activity/live',
    '/api/docs',
    '/assets/main-3f2a.js',
  ])('asks for it at %s too', async path =>
    expect((await ask(path, { headers: { accept: 'text/event-stream' } })).status).toBe(401),
  )

  it.each(['/healthz', '/sandbox/in/hello', '/sign-in', '/favicon.svg', '/scheme.js'])(
    'answers %s to everybody',
    async path => expect((await ask(path)).status).toBe(200),
  )

  it('takes the token from a program, and nothing else', async () => {
    expect((await ask('/api/v1/leads', { headers: withToken(token) })).status).toBe(200)
    for (const wrong of [`${token}x`, token.slice(1), token.toUpperCase(), 'x'])
      expect((await ask('/api/v1/leads', { headers: withToken(wrong, '192.0.2.2') })).status).toBe(401)
    expect((await ask(`/api/v1/leads?access_token=${token}`)).status).toBe(401)
    expect((await ask('/api/v1/leads', { headers: { authorization: `Basic ${token}` } })).status).toBe(401)
  })

  it('leads a browser to the sign-in page, and back to where it wanted to go', async () => {
    const away = await ask('/leads?search=a', { headers: asBrowser })
    expect([away.status, away.headers.location]).toEqual([303, '/sign-in?to=%2Fleads%3Fsearch%3Da'])
    const page = await ask(away.headers.location ?? '', { headers: asBrowser })
    expect(page.text).toContain('name="to" value="/leads?search=a"')
    expect(page.headers['cache-control']).toBe('no-store')

    const back = await signIn(token)

    expect([back.status, back.headers.location]).toEqual([303, '/leads?search=a'])
    const cookie = cookieOf(back)
    expect((await ask('/leads', { headers: { ...asBrowser, cookie } })).status).toBe(200)
    expect((await ask('/api/v1/leads', { headers: { cookie } })).status).toBe(200)
    expect((await ask('/sign-in', { headers: { cookie } })).status).toBe(303)
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', '/\t/evil.example', 'leads', '/sign-out'])(
    'leads nobody to another site: %s',
    async to => expect((await signIn(token, {}, to)).headers.location).toBe('/'),
  )

  it('keeps the token out of the cookie, which no script and no other site gets', async () => {
    const secure = await signIn(token, { origin: publicUrl, host: 'hookline.example.com' })
    const plain = await signIn(token, { origin: server.url })

    const [line = ''] = secure.headers['set-cookie'] ?? []
    expect(line).toMatch(/^__Host-hookline=[\w.-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/)
    expect(line).not.toContain(token)
    expect(plain.headers['set-cookie']?.[0]).toMatch(
      /^hookline_\d+=[\w.-]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    )
    expect(cookieOf(secure)).not.toBe(cookieOf(await signIn(token, { origin: publicUrl })))
  })

  it('takes no cookie that was changed, made with another token, or is past its time', async () => {
    const cookie = cookieOf(await signIn(token))
    const [id = '', until = '', mac = ''] = cookie.split('=')[1]?.split('.') ?? []
    const name = cookie.split('=')[0]
    const status = async (value: string) =>
      (await ask('/api/v1/leads', { headers: { cookie: `${name}=${value}` } })).status

    expect(await status(`${id}.${until}.${mac}`)).toBe(200)
    expect(await status(`${id}.${Number(until) + 1}.${mac}`)).toBe(401)
    expect(await status(`${'0'.repeat(24)}.${until}.${mac}`)).toBe(401)
    expect(await status(`${id}.${until}.${'A'.repeat(43)}`)).toBe(401)
    ahead = 30 * 86_400_000
    expect(await status(`${id}.${until}.${mac}`)).toBe(401)
    ahead = 0
    await server.close()
    server = await start({ accessToken: `another-${token}` })
    expect(await status(`${id}.${until}.${mac}`)).toBe(401)
    await server.close()
    server = await start({ port: Number(name?.split('_')[1]) })
    expect(await status(`${id}.${until}.${mac}`)).toBe(200)
  })

  it('lets somebody out for good, with the streams that are open, over a restart too', async () => {
    const cookie = cookieOf(await signIn(token))
    const stream = ask('/api/v1/activity/live', { headers: { cookie, accept: 'text/event-stream' } })
    const ends = expect(stream).rejects.toThrow()
    await eventually(async () => expect((await ask('/api/v1/leads', { headers: { cookie } })).status).toBe(200))

    const out = await ask('/sign-out', { method: 'POST', headers: { ...form, cookie } })

    expect([out.status, out.headers.location]).toEqual([303, '/sign-in'])
    expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0')
    await ends
    expect((await ask('/api/v1/leads', { headers: { cookie } })).status).toBe(401)
    const { port } = new URL(server.url)
    await server.close()
    server = await start({ port: Number(port) })
    expect((await ask('/api/v1/leads', { headers: { cookie } })).status).toBe(401)
  })

  it('slows who guesses, and nobody else', async () => {
    await ask('/api/v1/leads', { headers: withToken(token, '203.0.113.9') })
    const tries: number[] = []
    for (let n = 0; n < 12; n++)
      tries.push((await ask('/api/v1/leads', { headers: withToken(`wrong-${n}`, '203.0.113.7') })).status)
    expect(tries).toEqual([...Array(10).fill(401), 429, 429])

    const slowed = await ask('/api/v1/leads', { headers: withToken(token, '203.0.113.7') })
    const page = await signIn(token, from('203.0.113.7'))

    expect([slowed.status, page.status]).toEqual([429, 429])
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0)
    expect(page.text).toMatch(/Try again in \d seconds/)
    expect((await ask('/api/v1/leads', { headers: withToken(token, '203.0.113.9') })).status).toBe(200)
    ahead = 6_000
    expect((await ask('/api/v1/leads', { headers: withToken(token, '203.0.113.7') })).status).toBe(200)
    // Who was right goes on, whoever else guesses behind the same proxy.
    for (let n = 0; n < 12; n++) await ask('/api/v1/leads', { headers: withToken(`wrong-${n}`, '203.0.113.7') })
    expect((await ask('/api/v1/leads', { headers: withToken(token, '203.0.113.7') })).status).toBe(200)
    ahead = 0
  })

  it('takes the whole network of an IPv6 client for one, and believes only what its own proxy says', async () => {
    const guess = (client: string) => ask('/api/v1/leads', { headers: withToken('wrong', client) })
    for (let n = 0; n < 10; n++) await guess(`2001:db8:1:2::${n}`)

    expect((await guess('2001:db8:1:2:ffff::1')).status).toBe(429)
    expect((await guess('2001:db8:1:3::1')).status).toBe(401)
    expect((await guess('198.51.100.1, 2001:db8:1:2::1')).status).toBe(429)
  })

  it('is called by its public name and by loopback, with a sentence for others', async () => {
    const status = async (host: string) => (await ask('/healthz', { headers: { host } })).status
    expect(await status('hookline.example.com')).toBe(200)
    expect(await status('HOOKLINE.example.com:8443')).toBe(200)
    expect(await status('localhost:3000')).toBe(200)
    for (const host of [
      'evil.example',
      'xhookline.example.com',
      'hookline.example.com.evil.example',
      '10.0.0.7:3000',
      '0.0.0.0',
    ])
      expect(await status(host)).toBe(421)

    // An address in the request line is a name as well.
    expect((await ask('http://evil.example/healthz', { headers: { host: 'localhost' } })).status).toBe(421)

    const { headers, text } = await ask('/api/v1/leads', { headers: { host: '10.0.0.7:3000', ...withToken(token) } })
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(JSON.parse(text).problems[0].fix).toContain(
      'set PUBLIC_URL to the address that they call, like https://10.0.0.7',
    )
  })

  it('takes what the page of its public address asks for, and nothing of another site', async () => {
    const cookie = cookieOf(await signIn(token))
    const post = (path: string, headers: Record<string, string>) =>
      ask(path, { method: 'POST', headers: { cookie, ...headers } })
    const body = { 'content-type': 'application/json' }

    expect((await post('/api/v1/campaigns/sample', { ...body, origin: publicUrl, host: '127.0.0.1:9' })).status).toBe(
      201,
    )
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ])
      for (const path of ['/api/v1/campaigns/sample', '/sign-in', '/sign-out', '/sandbox/in/x'])
        expect([path, (await post(path, { ...body, ...headers })).status]).toEqual([path, 403])
    expect((await ask('/api/v1/leads', { headers: { cookie } })).status).toBe(200)
  })
})

describe('a server that only this machine can reach', () => {
  it('asks for nothing, and has no page to sign in on', async () => {
    const alone = await startTestServer({ clientDir })
    expect((await alone.ask('GET', '/leads')).status).toBe(200)
    expect((await fetch(`${alone.url}/sign-in`)).status).toBe(404)
    await alone.close()
  })

  it('does not start where its name leads beyond this machine', async () => {
    await expect(startTestServer({}, undefined, { host: '0.0.0.0' })).rejects.toThrow(StartFailed)
  })
})
