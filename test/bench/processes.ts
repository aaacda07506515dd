import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The processes and temporary folders of a bench or crash run. Whatever way the run ends, they end with it. */

export const root = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that says what it has to say in lines. */
export interface Party {
  readonly pid: number
  /** The next line that holds `text`. Rejects when the process ends without it, with all that it said. */
  readonly line: (text: string) => Promise<string>
  readonly ended: Promise<Ended>
  /** True until the process is known to be gone. */
  readonly isAlive: () => boolean
  readonly signal: (name: NodeJS.Signals) => void
  /** The last of what it printed, both streams: for messages of failure. */
  readonly said: () => string
}

const children = new Set<ChildProcess>()
const folders = new Set<string>()
process.on('exit', tidyUp)

/** Ends every process that was started here and removes every folder. Also runs when this process exits. */
export function tidyUp(): void {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  children.clear()
  folders.clear()
}

/** A folder that is gone after the run. `under`: where; the system's temporary folder when left out. */
export function scratchFolder(under = tmpdir()): string {
  const folder = mkdtempSync(join(under, 'hookline-run-'))
  folders.add(folder)
  return folder
}

export function dropFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  folders.delete(folder)
}

/** Starts a program. Its standard input stays open as long as this process lives: parties of ours end when it closes. */
export function startParty(
  program: string,
  args: readonly string[],
  { env = process.env, cwd = root }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Party {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  children.add(child)
  let said = ''
  let alive = true
  const keep = (text: string) => {
    said = (said + text).slice(-20_000)
  }
  const ended = new Promise<Ended>(resolve => {
    const gone = (end: Ended) => {
      alive = false
      children.delete(child)
      resolve(end)
    }
    child.on('error', error => {
      keep(`${program} does not start: ${error.message}\n`)
      gone({ code: null, signal: null })
    })
    child.on('exit', (code, signal) => gone({ code, signal }))
  })
  child.stdin?.on('error', () => {})
  child.stderr?.setEncoding('utf8').on('data', keep)
  const lines: string[] = []
  const listeners = new Set<() => void>()
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', line => {
      keep(`${line}\n`)
      lines.push(line)
      for (const listener of listeners) listener()
    })

  function line(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = lines.findIndex(l => l.includes(text))
        if (found < 0) return
        listeners.delete(look)
        resolve(lines.splice(0, found + 1).at(-1) ?? '')
      }
      listeners.add(look)
      look()
      // What a process wrote just before it ended may arrive after its end.
      void ended.then(({ code, signal }) =>
        setTimeout(() => {
          look()
          if (listeners.delete(look))
            reject(new Error(`A process ended (${signal ?? `code ${code}`}) before it said "${text}":\n${said}`))
        }, 50),
      )
    })
  }

  return {
    pid: child.pid ?? -1,
    line,
    ended,
    isAlive: () => alive,
    signal: name => child.kill(name),
    said: () => said,
  }
}

/** Starts an entry of test/bench in a process of its own. */
export function startEntry(entry: string, args: readonly string[]): Party {
  return startParty(process.execPath, ['test/run.mjs', `test/bench/${entry}`, ...args])
}

/** In a party: resolves when whoever started it is gone. */
export function parentGone(): Promise<void> {
  return new Promise(resolve => process.stdin.resume().on('close', resolve).on('error', resolve))
}

/** In a party that ends by itself: it ends earlier when whoever started it is gone. */
export function endWithParent(): void {
  void parentGone().then(() => process.exit(1))
  process.stdin.unref()
}
