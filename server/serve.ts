import { createServer, type Server } from 'node:http'
import { isIPv6 } from 'node:net'
import { forgetUnasked } from '#shared/engine/acts/forget'
import { embeddedRuntime } from '#shared/engine/embedded'
import { createEngine } from '#shared/engine/engine'
import type { Env } from '#shared/engine/env'
import { createPurge } from '#shared/engine/watch/purge'
import { loadIds } from '#shared/store/ids'
import { installationName, keepTime, lastInstant } from '#shared/store/meta'
import type { Store } from '#shared/store/work'
import { type KeptClock, keepClock } from '#shared/time/clock'
import { createAccess } from './access/gate'
import type { Config } from './config'
import { createApp } from './http/app'
import type { Desk } from './http/desk'
import { createWatch } from './http/health'
import { createImports } from './http/imports/imports'
import { httpLimits, keepLimits, serverOptions } from './http/limits'
import { listen, mustBeClosed, starting } from './http/listen'
import { createLive } from './http/sse'
import { createTrials } from './http/trials'
import { type Address, type Calls, type CallsHeard, type Parts, type Running, StartFailed } from './parts'
import { stop } from './stop'
import { StoreBroken } from './store/broken'
import { openStore } from './store/open'
import type { SqliteStore } from './store/sqlite'
import { unlock } from './vault/unlock'
import type { Vault } from './vault/vault'
import { every } from './waits'

// The composition of a server: store, engine, vault, door out and HTTP, in the order in which they need each other.

/** How often to check that the database is still the file that was opened. */
const LOOK_MS = 1000
/**
 * At most so many calls are handed out, over all hosts: some 8 MiB. Whatever ends, pauses or holds a journey takes its
 * calls back that have not begun.
 */
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
  let vault: Vault | undefined
  const whole: Env = {
    ...env,
    dispatch: batch => calls?.dispatch(batch),
    revoke: async touches => calls?.revoke(touches),
    isLocked: name => vault?.find(name)?.locked === true,
  }
  const engine = createEngine(whole, embeddedRuntime(env.store, env.ids), { maxInFlight: MAX_IN_FLIGHT })
  vault = await unlock({ store: env.store, write: engine.write, sandbox: env.system.sandbox, config, parts })
  const trials = createTrials(whole.dispatch, env)
  const heard: CallsHeard = { onEnds: ends => engine.settle(trials.take(ends)), onBegun: engine.begun }
  calls = parts.connect(own, heard, vault.forCalls)
  const live = createLive(whole, engine)
  const imports = createImports(whole, config.dataDir, engine)
  const watch = createWatch({ clock: env.clock, store: file, log: env.log, rules: parts.rules })
  const desk: Desk = {
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

  const stopping = {
    http,
    live,
    purge,
    imports,
    engine,
    calls,
    store: file,
    clock: parts.clock,
    maxInFlight: MAX_IN_FLIGHT,
  }
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
