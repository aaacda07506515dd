import { mkdirSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { CallEnd, Dispatch, Revoke, Secrets } from '#shared/call'
import { forgetUnasked } from '#shared/engine/acts/forget'
import { embeddedRuntime } from '#shared/engine/embedded'
import { createEngine, type Engine } from '#shared/engine/engine'
import type { Env, Log } from '#shared/engine/env'
import type { Write } from '#shared/engine/turns'
import { createPurge, type Purge } from '#shared/engine/watch/purge'
import type { ClosedPort } from '#shared/rules/closed-ports'
import { loadIds } from '#shared/store/ids'
import { installationName, keepTime, lastInstant } from '#shared/store/meta'
import type { Reader, Store } from '#shared/store/work'
import { type Chance, type Clock, type KeptClock, keepClock } from '#shared/time/clock'
import { createAccess } from '../access/gate'
import { type Config, isLoopback } from '../config'
import { StoreBroken } from '../store/broken'
import { openSqlite, type SqliteStore } from '../store/sqlite'
import { openVault, readVaultKey, type Vault, VaultLocked } from '../vault'
import { createApp } from './app'
import { createWatch } from './health'
import { createImports, type Imports } from './imports/imports'
import { type HttpLimits, httpLimits, keepLimits, serverOptions } from './limits'
import { createLive, type Live } from './sse'
import { createTrials } from './trials'

/** The way out for webhooks, made by main.ts (law 7): only it knows the webhook room. */
export interface Calls {
  readonly dispatch: Dispatch
  readonly revoke: Revoke
  /** Calls that were dispatched and have not come back yet. */
  readonly inFlight: () => number
  readonly close: () => Promise<void>
}

/** What is known of signing keys in the webhook room. */
export interface Keys {
  /** A key of 32 bytes that were drawn. */
  readonly from: (seed: Buffer, algorithm: 'v1' | 'v1a') => string
  /** Null for a shared key. */
  readonly publicOf: (key: string) => string | null
  /** Why a text is no key, as a sentence. */
  readonly fault: (key: string) => string | null
}

/** What the way out tells. */
export interface CallsHeard {
  readonly onEnds: (ends: readonly CallEnd[]) => void
  /** The first bytes of these paced calls have left. */
  readonly onBegun: (touches: readonly number[]) => void
}

/** Where this server listens, and how it calls itself. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly origin: string
}

export interface Parts {
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Log
  readonly version: string
  /** The release of the zone rules that this runtime knows, where it says so. */
  readonly rules: string | null
  /** The built screens; null where there are none. */
  readonly clientDir: string | null
  /** Called once, when it is known where the server listens: the guard must know our own address. */
  readonly connect: (own: Address, heard: CallsHeard, secrets: Secrets) => Calls
  readonly keys: Keys
  /** What the guard says of the port of an address. */
  readonly closedPort?: ClosedPort
  /** Other limits than those of limits.ts. */
  readonly limits?: Partial<HttpLimits>
}

export interface Running {
  /** Where it is reached on this machine: `http://127.0.0.1:3000` */
  readonly url: string
  /** What it listens on: `0.0.0.0:3000` */
  readonly listens: string
  /** Stops in order: no new requests, no streams, no ticks; waits for calls in flight; closes the database. Stopping twice is stopping once. */
  readonly close: () => Promise<void>
  /** Resolves when the database cannot be trusted any more. Nothing is acknowledged from then on; whoever started the server ends the process. */
  readonly broken: Promise<StoreBroken>
}

/** Why the server did not start, as a sentence for the terminal. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed'
}

/** Calls in flight get this long to come back when the server stops; those that do not are made again at the next start, under the same id. */
const PATIENCE_MS = 5000
/** How often it is looked whether the database is still the file that was opened. */
const LOOK_MS = 1000
/** Calls that are handed out, at most, over all hosts: some 8 MiB. What has not begun of them is taken back by whatever ends, pauses or holds its journey. */
const MAX_IN_FLIGHT = 4_096

/** Starts everything, and answers when requests are taken. Throws `StartFailed`. */
export async function startServer(config: Config, parts: Parts): Promise<Running> {
  let tellBroken = (_: StoreBroken) => {}
  const broken = new Promise<StoreBroken>(resolve => {
    tellBroken = resolve
  })
  const store = openStore(config, parts, tellBroken)
  const limits = { ...httpLimits, ...parts.limits }
  const http = createServer(serverOptions(limits))
  const stopKeeping = keepLimits(http, limits, parts.clock)
  http.once('close', stopKeeping)
  try {
    http.on('request', starting)
    const own = await listen(http, config)
    mustBeClosed(own, config)
    const env = await buildEnv({ file: store, sandbox: `${own.origin}/sandbox/in`, parts })
    return await serve({ config, parts, file: store, broken, http, own, env })
  } catch (error) {
    http.close()
    if (error instanceof StoreBroken) throw new StartFailed(error.message, { cause: error })
    store.close()
    throw error
  }
}

/** The configuration asks for a token where HOST names more than loopback; this is for a name that turned out to lead elsewhere. */
function mustBeClosed({ host }: Address, { host: name, accessToken = '' }: Config): void {
  if (accessToken === '' && !isLoopback(host))
    throw new StartFailed(`"${name}" is ${host} on this machine, which others can reach: set HOOKLINE_ACCESS_TOKEN.`)
}

/** For the moment between "it listens" and "it works": reading back a large database takes a while. */
const starting: RequestListener = (_req, res) => {
  res
    .writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
    .end('Hookline is starting.')
}

interface Built {
  readonly config: Config
  readonly parts: Parts
  readonly file: SqliteStore
  readonly broken: Promise<StoreBroken>
  readonly http: Server
  readonly own: Address
  /** All but the door out, which needs the engine; its store may write, for the engine's turns. */
  readonly env: Omit<Env, 'dispatch' | 'revoke' | 'store'> & { readonly clock: KeptClock; readonly store: Store }
}

async function serve({ config, parts, file, broken, http, own, env }: Built): Promise<Running> {
  let calls: Calls | undefined
  const whole: Env = {
    ...env,
    dispatch: batch => calls?.dispatch(batch),
    revoke: async touches => calls?.revoke(touches),
  }
  const engine = createEngine(whole, embeddedRuntime(env.store, env.ids), { maxInFlight: MAX_IN_FLIGHT })
  const vault = await unlock({ store: env.store, write: engine.write, sandbox: env.system.sandbox, config, parts })
  const trials = createTrials(whole.dispatch, env)
  const heard: CallsHeard = { onEnds: ends => engine.settle(trials.take(ends)), onBegun: engine.begun }
  calls = parts.connect(own, heard, vault.forCalls)
  const live = createLive(whole, engine)
  const imports = createImports(whole, config.dataDir, engine)
  const watch = createWatch({ clock: env.clock, store: file, log: env.log, rules: parts.rules })
  const desk = {
    env: whole,
    engine,
    live,
    imports,
    trials,
    watch,
    vault,
    keys: parts.keys,
    origin: own.origin,
    version: parts.version,
    asksForToken: (config.accessToken ?? '') !== '',
  }
  await engine.recover()
  await imports.resume()
  const { host, publicUrl = '', accessToken = '' } = config
  const { clientDir } = parts
  const access =
    accessToken === ''
      ? null
      : await createAccess({ env, write: engine.write, token: accessToken, publicUrl, port: own.port, clientDir })
  http.off('request', starting)
  http.on('request', createApp(desk, { host, publicUrl, access, clientDir }))
  engine.run()
  const purge = createPurge(whole, { write: engine.write, forget: () => engine.does(forgetUnasked) })
  purge.run()
  watch.look()
  const stopLooking = every(parts.clock, LOOK_MS, () => {
    file.look()
    watch.look()
  })

  const stopping = { http, live, purge, imports, engine, calls, store: file, clock: parts.clock }
  let stopped: Promise<void> | undefined
  return {
    url: own.origin,
    listens: `${isIPv6(own.host) ? `[${own.host}]` : own.host}:${own.port}`,
    close: () => {
      stopLooking()
      stopped ??= stop(stopping)
      return stopped
    },
    broken,
  }
}

interface Unlocking {
  readonly store: Reader
  readonly write: Write
  readonly sandbox: string
  readonly config: Config
  readonly parts: Parts
}

/** Opens the secrets with the operator's key, or with the one in the data directory. Those that it does not open are asked for again; all else works. */
async function unlock({ store, write, sandbox, config, parts: { clock, chance, log } }: Unlocking): Promise<Vault> {
  try {
    const key = readVaultKey(config.secretKey ?? '', config.dataDir, chance)
    if (key.notice !== null) log.warn({}, key.notice)
    const onError = (err: unknown) => log.warn({ err }, 'the last use of a secret was not stored')
    const onNotice = (sentence: string) => log.warn({}, sentence)
    const vault = await openVault({ store, write, clock, chance, key, sandbox, onError, onNotice })
    if (vault.trouble !== null) log.warn({}, vault.trouble)
    return vault
  } catch (cause) {
    throw cause instanceof VaultLocked ? new StartFailed(cause.message, { cause }) : cause
  }
}

interface EnvParts {
  readonly file: Store
  /** `http://127.0.0.1:3000/sandbox/in` */
  readonly sandbox: string
  readonly parts: Parts
}

async function buildEnv({ file, sandbox, parts }: EnvParts): Promise<Built['env']> {
  const { chance, log, closedPort } = parts
  const clock = keepClock(parts.clock, await file.read(lastInstant()))
  const store = keepTime(file, clock)
  const ids = await store.read(loadIds())
  const installation = await store.transact(installationName(chance.hex(4)))
  const epoch = `${installation}_${chance.hex(5)}`
  const system = { sandbox, mark: chance.hex(16) }
  const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined)
  return {
    clock,
    chance,
    store,
    ids,
    epoch,
    originOf,
    system,
    log,
    ...(closedPort === undefined ? {} : { closedPort }),
  }
}

function openStore(
  { dataDir, newInstallation: isNew = false }: Config,
  { chance, log }: Parts,
  onBroken: (broken: StoreBroken) => void,
): SqliteStore {
  const file = join(dataDir, 'hookline.db')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return openSqlite(file, {
      mark: Number.parseInt(chance.hex(4), 16) | 0,
      isNew,
      onBroken: broken => {
        log.error({ err: broken.cause ?? broken }, broken.message)
        onBroken(broken)
      },
    })
  } catch (cause) {
    if (cause instanceof StoreBroken) throw new StartFailed(cause.message, { cause })
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = cause instanceof Error ? cause.message : String(cause)
    const inUse = /^SQLITE_(BUSY|LOCKED)/.test(code)
    const sentence = inUse
      ? `The database ${file} is in use: another Hookline is running on it. Stop that one, or set DATA_DIR to another directory.`
      : `The database ${file} cannot be opened: ${reason}`
    throw new StartFailed(sentence, { cause })
  }
}

function listen(http: Server, { host, port }: Config): Promise<Address> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new StartFailed(sayListen(cause, host, port), { cause })),
    )
    http.listen({ host, port }, () => resolve(addressOf(http.address() as AddressInfo)))
  })
}

function sayListen({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program. Stop it, or set PORT to another one.`
  if (code === 'EACCES') return `Port ${port} may not be used by this account. Set PORT to one above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address "${host}". Set HOST to one that it has.`
  return `The server cannot listen on ${host}:${port}: ${message}`
}

/** Who listens on every address calls itself by loopback's. */
function addressOf({ address, port }: AddressInfo): Address {
  const reached = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return { host: address, port, origin: `http://${isIPv6(reached) ? `[${reached}]` : reached}:${port}` }
}

interface Stopping {
  readonly http: Server
  readonly live: Live
  readonly imports: Imports
  readonly purge: Purge
  readonly engine: Engine
  readonly calls: Calls
  readonly store: Store
  readonly clock: Clock
}

async function stop({ http, live, purge, imports, engine, calls, store, clock }: Stopping): Promise<void> {
  const closed = new Promise(resolve => http.close(resolve))
  live.close()
  // Connections whose last answer is out are kept open for a next request, which nobody may send any more.
  const stopEnding = every(clock, 50, () => http.closeIdleConnections())
  await purge.close()
  await imports.close()
  // Requests that were taken are answered: their events are still stored.
  await Promise.race([closed, after(clock, PATIENCE_MS)])
  stopEnding()
  http.closeAllConnections()
  await engine.close()
  await quiet(calls, clock)
  await calls.close()
  await settleLast(engine)
  store.close()
}

/** Resolves when no call is in flight any more, or patience ends. */
async function quiet(calls: Calls, clock: Clock): Promise<void> {
  const until = clock.now() + PATIENCE_MS
  while (calls.inFlight() > 0 && clock.now() < until) await after(clock, 10)
}

/**
 * Stores what came back at the end, so that it is not sent again at the next start. The door is closed by now: what these ticks hand out goes nowhere, and
 * is found again then.
 */
async function settleLast(engine: Engine): Promise<void> {
  const most = MAX_IN_FLIGHT / 500 + 1
  for (let ticks = 0; ticks < most; ticks++) if (!(await engine.tick())) return
}

/** Again and again, until it is cancelled by what this answers. */
function every(clock: Clock, ms: number, look: () => void): () => void {
  let cancel = () => {}
  const next = () => {
    cancel = clock.after(ms, () => {
      look()
      next()
    })
  }
  next()
  return () => cancel()
}

function after(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => clock.after(ms, resolve))
}
