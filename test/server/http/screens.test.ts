import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { screens } from '#shared/screens'
import { startTestServer, type TestServer } from './server'

describe('the screens', () => {
  const clientDir = mkdtempSync(join(tmpdir(), 'hookline-client-'))
  let server: TestServer
  beforeAll(async () => {
    mkdirSync(join(clientDir, 'assets'))
    writeFileSync(join(clientDir, 'index.html'), '<!doctype html><div id="root"></div>')
    writeFileSync(join(clientDir, 'assets/main-3f2a.js'), 'export {}')
    writeFileSync(join(clientDir, 'scheme.js'), '')
    server = await startTestServer({ clientDir })
  })
  afterAll(async () => {
    await server.close()
    rmSync(clientDir, { recursive: true })
  })

  const load = (path: string) => fetch(`${server.url}${path}`)

  const addresses = Object.values(screens).map(path => path.replace(/\$\w+/, 'ada%2Fb'))

  it.each(addresses)('%s is the one page, always asked for anew, under a strict policy', async path => {
    const response = await load(path)

    expect(response.status).toBe(200)
    expect(await response.text()).toContain('id="root"')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-powered-by')).toBeNull()
  })

  it('show a page that is not there as one, with its status', async () => {
    expect((await load('/nowhere')).status).toBe(404)
  })

  it('keep hashed files for ever, and never answer a missing one with the page', async () => {
    const asset = await load('/assets/main-3f2a.js')
    const missing = await load('/assets/main-0000.js')

    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toContain('problem+json')
  })

  it('give away no file beside their own', async () => {
    for (const path of ['/assets/..%2f..%2f..%2fetc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd'])
      expect(await (await load(path)).text()).not.toContain('root:')
  })

  it('leave the API and the health check alone', async () => {
    const api = await load('/api/v1/campaigns')

    expect(await api.json()).toEqual({ campaigns: [] })
    expect(api.headers.get('cache-control')).toBe('no-store')
    expect((await load('/healthz')).headers.get('content-type')).toContain('application/json')
  })
})
