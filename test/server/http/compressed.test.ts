import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graph, step } from '../../sim/graphs'
import { startTestServer, type TestServer } from './server'

const script = `export const words = '${'a'.repeat(5_000)}'`

describe('what is sent compressed', () => {
  const clientDir = mkdtempSync(join(tmpdir(), 'hookline-client-'))
  let server: TestServer
  beforeAll(async () => {
    mkdirSync(join(clientDir, 'assets'))
    writeFileSync(join(clientDir, 'index.html'), '<!doctype html><div id="root"></div>')
    writeFileSync(join(clientDir, 'assets/main-3f2a.js'), script)
    writeFileSync(join(clientDir, 'assets/main-3f2a.js.br'), brotliCompressSync(script))
    writeFileSync(join(clientDir, 'assets/plain-1.js'), script)
    server = await startTestServer({ clientDir })
  })
  afterAll(async () => {
    await server.close()
    rmSync(clientDir, { recursive: true })
  })

  /** As it comes over the wire; `first`: only the first piece. */
  const load = (path: string, encodings: string, first = false, more: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ answer: IncomingMessage; bytes: Buffer }>((resolve, reject) => {
      const asked = request(
        `${server.url}${path}`,
        { method, headers: { 'accept-encoding': encodings, ...more } },
        answer => {
          const pieces: Buffer[] = []
          const end = () => resolve({ answer, bytes: Buffer.concat(pieces) })
          answer.on('data', piece => {
            pieces.push(piece)
            if (first) {
              end()
              asked.destroy()
            }
          })
          answer.on('end', end)
        },
      )
      asked.on('error', error => !first && reject(error))
      asked.end()
    })

  it('is a script, by its file beside it, to whoever takes it so', async () => {
    const { answer, bytes } = await load('/assets/main-3f2a.js', 'gzip, br')

    expect(answer.headers['content-encoding']).toBe('br')
    expect(answer.headers['content-type']).toContain('javascript')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.vary).toContain('Accept-Encoding')
    expect(brotliDecompressSync(bytes).toString()).toBe(script)
  })

  it('is not a script for those who do not', async () => {
    const { answer, bytes } = await load('/assets/main-3f2a.js', 'identity')

    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(bytes.toString()).toBe(script)
  })

  it('is a long answer of the API', async () => {
    const { answer, bytes } = await load('/api/v1/openapi.json', 'gzip')

    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(JSON.parse(gunzipSync(bytes).toString())).toHaveProperty('openapi')
  })

  it('is not a short one', async () => {
    expect((await load('/api/v1/campaigns', 'gzip')).answer.headers['content-encoding']).toBeUndefined()
  })

  it('is never a live stream, whose news a compressor would keep back', async () => {
    const draft = graph({ start: step('trigger', {}), end: step('exit') }, ['start -> end'])
    const { json } = await server.ask('POST', '/campaigns', { name: 'Live', graph: draft })
    const { answer, bytes } = await load(`/api/v1/campaigns/${(json as { id: string }).id}/live`, 'gzip, br', true)

    expect(answer.headers['content-type']).toContain('text/event-stream')
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(bytes.toString()).toMatch(/^(event|data|id|retry|:)/m)
  })

  it.each([
    ['a range that the file does not have', 416, { range: 'bytes=99999-' }, 'GET', '/assets/main-3f2a.js'],
    ['another edition of it', 412, { 'if-match': '"x"' }, 'GET', '/assets/main-3f2a.js'],
    ['another method', 405, {}, 'POST', '/assets/main-3f2a.js'],
    ['an address that is not encoded', 400, {}, 'GET', '/assets/%zz'],
  ])('is no refusal of a file: %s', async (_what, status, more, method, path) => {
    const { answer, bytes } = await load(path, 'gzip, br', false, more as Record<string, string>, method)

    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(answer.headers['cache-control']).toBeUndefined()
    expect(answer.headers['content-type']).toContain('problem+json')
    expect(JSON.parse(bytes.toString())).toMatchObject({ status })
  })

  it('is no range, which names bytes of what is not compressed', async () => {
    const { answer, bytes } = await load('/assets/plain-1.js', 'gzip', false, { range: 'bytes=0-2999' })

    expect(answer.statusCode).toBe(206)
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect(bytes.toString()).toBe(script.slice(0, 3_000))
  })
})
