import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { systemChance, systemClock } from './clock'
import { type Config, ConfigMistake, readConfig } from './config'
import { type Parts, type Running, StartFailed } from './parts'
import { startServer } from './serve'
import { stopOnSignals } from './signals'
import { parseAllow } from './webhook/allow'
import { closedPort, ownAddresses, ownSockets, type Policy } from './webhook/guard'
import { createSealedDeliver } from './webhook/seal'
import { keyFault, keyFrom, publicKeyOf } from './webhook/sign'

// The entry, which runs when it is loaded: reads the configuration, builds the world once (clock, chance, log, the door
// out), starts, and stops on a signal.

await begin()

async function begin(): Promise<void> {
  try {
    const config = readConfig()
    const running = await startServer(config, buildParts(config))
    stopOnSignals(running.close, {
      on: (signal, heard) => process.on(signal, heard),
      exit: code => process.exit(code),
      say: sentence => process.stderr.write(`${sentence}\n`),
    })
    void running.broken.then(endAtOnce)
    process.stdout.write(`${sayReady(config, running)}\n`)
  } catch (error) {
    if (!(error instanceof ConfigMistake || error instanceof StartFailed)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

/** The address that people open comes first, then where it listens, when that is not the same. */
function sayReady({ publicUrl = '' }: Config, { url, listens }: Running): string {
  const address = publicUrl === '' ? url : publicUrl
  if (address === `http://${listens}`) return `Hookline is ready: ${address}`
  const isEverywhere = publicUrl === '' && /^(0\.0\.0\.0|\[::\]):/.test(listens)
  const hint = isEverywhere ? '; set PUBLIC_URL to the address that others call it by' : ''
  return `Hookline is ready: ${address} (listening on ${listens}${hint})`
}

function buildParts(config: Config): Parts {
  const root = findRoot(dirname(fileURLToPath(import.meta.url)))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const client = join(root, 'dist/client')
  const allow = readAllow(config.allowPrivate)
  const ports = config.webhookPorts ?? 'any'
  return {
    clock: systemClock,
    chance: systemChance,
    // stdout has one line, for whoever waits for it; the log goes to stderr.
    log: pino({ level: config.logLevel, base: null }, pino.destination(2)),
    version,
    rules: process.versions['tz'] ?? null,
    clientDir: existsSync(join(client, 'index.html')) ? client : null,
    ...(ports === 'any'
      ? {}
      : { closedPort: (address: string) => closedPort(address, { allow, own: [], sandboxOrigin: null, ports }) }),
    keys: { from: keyFrom, publicOf: publicKeyOf, fault: keyFault },
    connect: ({ host, port, origin }, heard, secrets) => {
      const policy: Policy = {
        allow,
        own: ownSockets(host, port),
        here: ownAddresses(),
        sandboxOrigin: origin,
        ports,
      }
      const worker = new URL('./call-worker.js', import.meta.url)
      const workerUrl = existsSync(worker) ? { workerUrl: worker } : {}
      return createSealedDeliver(
        { policy, options: { version }, now: systemClock.now, ...heard, ...workerUrl },
        secrets,
      )
    },
  }
}

function readAllow(text: string): Policy['allow'] {
  try {
    return parseAllow(text)
  } catch (cause) {
    throw new ConfigMistake(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** The directory of our package.json: this file is built to another depth than its source. */
function findRoot(from: string): string {
  const up = dirname(from)
  if (existsSync(join(from, 'package.json')) || up === from) return from
  return findRoot(up)
}

/** EX_IOERR of sysexits.h: whoever watches this process can tell it from a crash. */
const BROKEN = 74
/** For answers that say so to whoever waits for one. */
const LAST_WORDS_MS = 100

/**
 * The database failed. Nothing is stopped in order, because nothing can be stored any more; the next start reads what
 * is on disk.
 */
function endAtOnce({ message }: Error): void {
  process.stderr.write(`${message}\n`)
  setTimeout(() => process.exit(BROKEN), LAST_WORDS_MS)
}
