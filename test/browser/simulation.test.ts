import { extname, join } from 'node:path'
import type { Page } from 'playwright-core'
import { build, type Plugin, type Rolldown } from 'vite'
import { describe, expect } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { root } from '../bench/processes'
import { walkRandomLead } from '../sim/random-lead'
import { runSeed } from '../sim/run'
import { test } from './harness'

/** On a machine that does much else it takes six times as long as on a quiet one. */
const PATIENCE_MS = 240_000
/** Random installations that are lived through twice: some 10 s in Node and 15 s in the browser. */
const INSTALLATIONS = 20
/** Random drafts through which one lead is walked twice. */
const DRAFTS = 50

describe('the engine in a browser, over SQLite in WebAssembly', () => {
  test(
    'tells the same stories as on the server, to the byte: of installations, and of one lead in a draft',
    async ({ browser }) => {
      const page = await browser.newPage()
      const troubles: string[] = []
      page.on('pageerror', error => troubles.push(error.message))
      page.on('console', message => troubles.push(message.text()))
      await serveTo(page, await bundle('test/sim/in-browser.ts'))

      for (let seed = 1; seed <= INSTALLATIONS; seed++) {
        const { hash } = await page.evaluate(n => globalThis.simulate(n), seed)
        expect(hash, `installation ${seed}`).toBe((await runSeed(seed, { laws: 'none' })).hash)
      }
      for (let seed = 1; seed <= DRAFTS; seed++) {
        const told = await page.evaluate(n => globalThis.walkRandomly(n), seed)
        const store = openSqlite(':memory:')
        expect(JSON.stringify(told), `draft ${seed}`).toBe(JSON.stringify(await walkRandomLead(seed, store)))
        store.close()
      }

      expect(troubles).toEqual([])
      await page.close()
    },
    PATIENCE_MS,
  )
})

type Files = ReadonlyMap<string, string | Uint8Array>

/** Worlds that bring no database have the server's; here is none. */
const noServer: Plugin = {
  name: 'no-server',
  enforce: 'pre',
  resolveId: id => (id === '#server/store/sqlite' ? `\0${id}` : undefined),
  load: id =>
    id === '\0#server/store/sqlite'
      ? 'export function openSqlite() { throw new Error("There is no server in a browser.") }'
      : undefined,
}

/** An entry with all that it needs, as Vite bundles the client; by file name. The server's database is none of it. */
async function bundle(entry: string): Promise<Files> {
  const { output } = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [noServer],
    build: {
      write: false,
      copyPublicDir: false,
      modulePreload: false,
      rollupOptions: {
        input: join(root, entry),
        output: { entryFileNames: 'entry.js' },
      },
    },
  })) as Rolldown.RolldownOutput
  return new Map(output.map(file => [file.fileName, file.type === 'chunk' ? file.code : file.source]))
}

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** Opens a page that consists of these files. They come from here: there is no server, and no packet leaves. */
async function serveTo(page: Page, files: Files): Promise<void> {
  await page.route('**/*', route => {
    const { pathname } = new URL(route.request().url())
    const file = files.get(pathname.slice(1))
    if (pathname === '/')
      return route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/entry.js"></script>' })
    if (file === undefined) return route.fulfill({ status: 404 })
    return route.fulfill({ contentType: types[extname(pathname)] ?? 'text/plain', body: Buffer.from(file as string) })
  })
  await page.goto('http://127.0.0.1/')
  await page.waitForFunction(() => 'walkRandomly' in globalThis)
}
