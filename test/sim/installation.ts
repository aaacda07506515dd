import type { Call } from '#shared/call'
import { embeddedRuntime } from '#shared/engine/embedded'
import { createEngine, type Engine } from '#shared/engine/engine'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import type { Env } from '#shared/engine/env'
import type { Turn } from '#shared/engine/turn'
import { LawBroken } from '#shared/problems'
import { type Dice, dice as roll } from '#shared/simulate/chance'
import { JumpingClock } from '#shared/simulate/clock'
import { type Arrived, ok, type Script } from '#shared/simulate/endpoints'
import { silent, simulatedEnv } from '#shared/simulate/env'
import { jumpTo, shortest, untilShows } from '#shared/simulate/jump'
import { Wire } from '#shared/simulate/wire'
import { allVersions } from '#shared/store/campaigns'
import { loadIds } from '#shared/store/ids'
import { keepTime, lastInstant } from '#shared/store/meta'
import type { Store, Work } from '#shared/store/work'
import { type KeptClock, keepClock } from '#shared/time/clock'
import { addDuration } from '#shared/time/duration'
import { Crash, type CrashPlan, crashing, type Life } from './crash'
import { Judge, type Judged } from './judge'
import { isDelivery } from './notice-law'
import { atOnce, failingOnce, type Moment, neverOverlapping, turnOver, type WaitingStore, yielding } from './yielding'

/**
 * The simulated installation: the real engine and the real rules over a real database, with the product's own simulation around them (shared/simulate):
 * a clock that jumps, seeded chance, and scripted endpoints. Here a process is born, dies at any station, and is born again; time passes; and the laws
 * are checked after every tick. What can be seen of it is in watched.ts, what people and leads do to it in world.ts, the laws are in judge.ts.
 * Longer than others: a process, its wire and its time share one state, and a crash may come between any two lines of it.
 */

export interface WorldOptions {
  readonly seed?: number
  /** ISO instant at which the simulated time begins. */
  readonly start?: string
  readonly maxInFlight?: number
  readonly crashes?: number
  readonly laws?: Judged
  /** An empty database. Left out: SQLite in memory. */
  readonly store?: Store
  /** How late timers ring (ms), one of these each time; on time unless said. */
  readonly lateness?: readonly number[]
  /** `waits`: transactions yield to the event loop at every statement. `busy`: and much arrives meanwhile (`World.meanwhile`). */
  readonly driver?: Driver
}

/** How the database answers: while everybody else waits, or while the event loop turns. */
export type Driver = 'at-once' | 'waits' | 'busy'

/** A world that jumps more often on its way to an instant goes round in a circle. */
const MOST_JUMPS = 200_000

export class Installation {
  readonly dice: Dice
  readonly crash: CrashPlan
  /** Every call that arrived at the receiver, in order. */
  readonly arrived: Arrived[] = []
  /** How often the process died. */
  deaths = 0
  /** Calls that were taken back before they had begun. */
  withdrawn = 0
  receiver: Script = ok

  /** In the middle of a turn of a busy database: somebody does something, or nobody. Called now and then, and not waited for until the turn is over. */
  meanwhile: () => unknown = () => undefined
  /** How often something came in the middle of a turn. */
  interruptions = 0

  readonly store: Store
  protected readonly judge: Judge
  protected engine!: Engine
  protected ids!: Env['ids']
  /** The same tables, by the driver that the engine has. */
  protected readonly tables: WaitingStore
  /** The engine's clock. */
  protected clock!: KeptClock
  /** Events that a client sent and got no answer for: it will send them again. */
  protected readonly unanswered = new Map<string, IncomingEvent>()
  protected readonly sent = new Set<string>()
  /** The next transaction fails at its end, as on a full disk, and nobody dies of it. */
  protected readonly disk = { fails: false }

  readonly #options: Required<Omit<WorldOptions, 'store' | 'seed' | 'start' | 'crashes' | 'laws'>>
  readonly #machine: JumpingClock
  readonly #ringing: Dice
  /** How long the driver waits, and what happens meanwhile: by throws of its own, so that all other chance is what it is without it. */
  readonly #waiting: Dice
  /** What is to happen in the middle of the next turn. */
  #amid: ((at: Moment) => void) | undefined
  /** What somebody began in the middle of a turn. */
  #acts: Promise<unknown>[] = []
  readonly #faults: unknown[] = []
  #life: Life = { isOver: false }
  #booting: Promise<void> | undefined
  #starts = 0
  #wire!: Wire
  /** A message from the wire was lost: the process is about to die. */
  #lost = false
  /** How far the clock was set forward in all. */
  #leapt = 0

  protected constructor(store: Store, options: WorldOptions) {
    const { seed = 1, start = '2026-05-04T09:00:00Z', maxInFlight = 64, crashes = 0, laws = 'all' } = options
    const { driver = 'at-once', lateness = [0] } = options
    this.#options = { maxInFlight, driver, lateness }
    this.#ringing = roll(seed + 6_000_000)
    this.#waiting = roll(seed + 5_000_000)
    this.#machine = new JumpingClock(Date.parse(start))
    this.dice = roll(seed)
    this.crash = { share: crashes }
    this.store = store
    this.tables =
      driver === 'at-once'
        ? atOnce(store)
        : yielding(store, { before: () => this.#judgeBetween(), meanwhile: at => this.#turnOver(at) })
    this.judge = new Judge(store, laws, {
      now: () => this.now,
      elapsed: () => this.#machine.monotonic() + this.#leapt,
      inHand: () => this.inHand(),
      interleaves: driver !== 'at-once',
    })
  }

  /** What the wall clock of the machine shows. */
  get now(): number {
    return this.#machine.now()
  }

  set now(at: number) {
    this.#machine.set(at)
  }

  /** What is known of each host from the outside. */
  get breakers() {
    return this.judge.breakers
  }

  // Time

  /** Lets everything happen that is due up to this instant. `next day 08:00`, `PT2H` (from now), or an ISO instant. */
  async runUntil(when: string): Promise<void> {
    const jumper = {
      now: () => this.now,
      tick: () => this.tick(),
      untilNext: () => this.#untilNext(),
      pass: (ms: number) => this.#machine.pass(ms),
      land: () => this.#land(),
      late: () => this.#ringing.oneOf(this.#options.lateness),
    }
    if (!(await jumpTo(this.#instant(when), jumper, MOST_JUMPS)))
      throw new Error(`it goes round in a circle until ${when}`)
  }

  /** Runs until nothing is left to happen (at most a year). */
  async runOut(): Promise<void> {
    await this.runUntil('P366D')
  }

  /** One tick, and not what it asks for next. */
  async runOneTurn(): Promise<void> {
    await this.tick()
  }

  /**
   * The engine ticks by itself, as in production, and time passes (ms): both clocks go on evenly, and whoever set a timer is woken. What the wire does happens in
   * between.
   */
  async passes(ms: number): Promise<void> {
    this.engine.run()
    const machine = this.#machine
    const until = machine.monotonic() + ms
    while (machine.monotonic() < until) {
      await quiescence(this.tables)
      const left = until - machine.monotonic()
      machine.pass(shortest(left, machine.untilTimer(), this.#wire.untilNext()) ?? left)
      await this.#land()
      machine.ring()
      await quiescence(this.tables)
      await this.checkLaws()
    }
  }

  /** The wall clock is set (ms, both ways): by NTP, by somebody, by a machine that slept. Nothing else happens. */
  setClock(by: number): void {
    if (by < 0) this.judge.clockGoesBack(this.sent, -by)
    this.#machine.set(this.now + by)
    this.#leapt += Math.max(0, by)
  }

  /** How long something takes (ms), by the monotonic clock, while time passes. */
  protected async took(act: () => Promise<unknown>): Promise<number> {
    const from = this.#machine.monotonic()
    let took = Number.NaN
    void act().then(() => {
      took = this.#machine.monotonic() - from
    })
    while (Number.isNaN(took)) await this.passes(1)
    return took
  }

  #instant(when: string): number {
    if (when.startsWith('P')) return addDuration(this.now, when, 'UTC')
    const time = when.match(/^next day (\d\d):(\d\d)$/)
    if (time === null) return Date.parse(when)
    const midnight = Math.floor(this.now / 86_400_000) * 86_400_000 + 86_400_000
    return midnight + (Number(time[1]) * 60 + Number(time[2])) * 60_000
  }

  /** How long nothing happens (ms); null: nothing will. */
  async #untilNext(): Promise<number | null> {
    if (this.#lost) {
      this.#lost = false
      await this.die()
      return 0
    }
    const due = await this.engine.nextDue()
    return shortest(due === null ? null : untilShows(this.clock, due), this.#wire.untilNext())
  }

  // The life of a process

  /** The process dies here and now, and a new one starts. */
  async die(): Promise<void> {
    this.deaths++
    await this.boot()
  }

  /** The server stops: what it was doing is done. */
  close = () => this.engine.close()

  /** A new process, on the same database. The first one counts on from the ids that the tables end with. */
  protected async boot(): Promise<void> {
    this.ids ??= await this.store.read(loadIds())
    this.#life.isOver = true
    this.#booting ??= this.#start().finally(() => {
      this.#booting = undefined
    })
    return this.#booting
  }

  async #start(): Promise<void> {
    const life = { isOver: false }
    this.clock = keepClock(this.#machine, await this.tables.read(lastInstant()))
    // The one that died answers nobody any more: its wire goes with it.
    this.#wire = new Wire({
      clock: this.#machine,
      originOf,
      script: (call, at) => this.receiver(call, at),
      sender: () => this.engine,
      leaves: call => {
        this.arrived.push({ at: this.now, call })
        this.judge.leaves(call)
      },
      withdraws: () => void this.withdrawn++,
      lands: (call, answer) => this.judge.lands(call, answer),
    })
    this.breakers.forget()
    this.judge.published = await this.tables.read(allVersions())
    const store = keepTime(this.#storeOf(life), this.clock)
    const env = simulatedEnv({
      clock: this.clock,
      chance: this.dice,
      store,
      ids: this.ids,
      epoch: ++this.#starts,
      dispatch: calls => {
        if (!life.isOver) this.#take(calls)
      },
      revoke: async touches => {
        if (!life.isOver) this.#wire.takeBack(touches)
      },
      originOf,
      // A mistake of ours that the engine survives is a broken law here.
      log: { ...silent, error: values => void this.#noteMistake(values) },
    })
    const { maxInFlight } = this.#options
    this.engine = createEngine(env, embeddedRuntime(store, this.ids), { maxInFlight })
    const share = this.crash.share
    this.crash.share = 0
    await this.engine.recover()
    this.crash.share = share
  }

  #storeOf(life: Life): Store {
    this.#life = life
    const store = crashing(failingOnce(this.tables, this.disk), this.dice, this.crash, life)
    return this.#options.driver === 'at-once' ? store : neverOverlapping(store)
  }

  #noteMistake(values: { readonly err?: unknown }): void {
    if (values.err instanceof LawBroken) this.judge.notes(values.err.message)
  }

  /** Does it until no process dies of it. */
  protected async until<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    for (let engine = this.engine; ; engine = this.engine)
      try {
        return await act(engine)
      } catch (error) {
        await this.#survive(error, engine)
      }
  }

  /** The same; the laws are checked right behind it. */
  protected lawfully<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    return this.until(async engine => {
      const done = await act(engine)
      await this.checkLaws()
      return done
    })
  }

  /** Something that may publish. */
  protected publishing<T>(act: (engine: Engine) => Promise<T>): Promise<T> {
    return this.lawfully(async engine => {
      const done = await act(engine)
      this.judge.published = await this.tables.read(allVersions())
      return done
    })
  }

  protected does<T>(work: (turn: Turn) => Work<T>): Promise<T> {
    return this.lawfully(engine => engine.does(work))
  }

  /** The process of this engine died. Of many who hear of it the first starts the next one. */
  async #survive(error: unknown, engine: Engine): Promise<void> {
    if (!(error instanceof Crash)) throw error
    if (this.#booting !== undefined) await this.#booting
    else if (engine === this.engine) await this.die()
  }

  // One tick

  protected async tick(): Promise<boolean> {
    if (this.#lost) {
      this.#lost = false
      await this.die()
    }
    const engine = this.engine
    // A client that is not answered keeps its events; one that is refused too.
    const answers = [...this.unanswered].map(([key, event]) =>
      engine.ingest([event]).then(
        () => void this.unanswered.delete(key),
        () => {},
      ),
    )
    try {
      const more = await engine.tick()
      await settleSoon(answers)
      await this.actsAreOver()
      await this.checkLaws()
      return more || this.unanswered.size > 0
    } catch (error) {
      await settleSoon(answers)
      await this.#survive(error, engine)
      await this.actsAreOver()
      await this.checkLaws()
      return true
    }
  }

  protected checkLaws(): Promise<void> {
    return this.tables.alone(() => this.judge.turn())
  }

  // The wire

  /** Webhooks of steps that were handed out and have not begun. */
  protected inHand(): readonly Call[] {
    return this.#wire.inHand().filter(call => !isDelivery(call))
  }

  /** Calls are handed to the door. */
  #take(calls: readonly Call[]): void {
    for (const call of calls) {
      if (this.dice.happens(this.crash.share / 4)) {
        this.#life.isOver = true
        throw new Crash('before a call left')
      }
      this.judge.handsOut(call)
      this.#wire.queue(call)
    }
    this.#wire.connect()
  }

  /** What the wire does by now: answers arrive, and calls that have their connection begin. */
  async #land(): Promise<void> {
    for (const flight of this.#wire.arrivals())
      if (this.dice.happens(this.crash.share / 4)) this.#lost = true
      // The process died with the message: it hears of nothing more, and begins nothing.
      else if (!this.#lost) flight.deliver()
    if (this.#lost) return
    this.#wire.goOn()
    // Judged before the next turn, which may end what they began for.
    await this.tables.alone(() => this.judge.sends())
  }

  // What comes in the middle of a turn

  /** Begins this in the middle of the next turn. Only over a database that waits. */
  amid<T>(act: () => Promise<T> | T, when: Moment = 'statement'): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#amid = at => {
        if (at !== when) return
        this.#amid = undefined
        Promise.resolve(act()).then(resolve, reject)
      }
    })
  }

  /** In the middle of a turn: so much time passes (ms), and calls come back. */
  answersArrive(ms: number): void {
    this.#machine.pass(ms)
    const arrivals = this.#wire.arrivals()
    this.interruptions += arrivals.length
    for (const flight of arrivals) flight.deliver()
  }

  /** Waits for what was begun in the middle of turns. */
  async actsAreOver(): Promise<void> {
    while (this.#acts.length > 0) await Promise.all(this.#acts.splice(0))
    for (const fault of this.#faults) throw fault
  }

  /** Is a transaction open? */
  get isBusy(): boolean {
    return this.tables.isBusy()
  }

  /** In the middle of a turn: the event loop turns, and much may come, where the database is busy. */
  async #turnOver(at: Moment): Promise<void> {
    const dice = this.#waiting
    this.#amid?.(at)
    if (this.#isInterruptible() && dice.happens(0.1)) {
      this.answersArrive(dice.oneOf([0, 0, 1, 20, 60]))
      if (this.#acts.length < 3 && dice.happens(0.3)) {
        this.interruptions++
        const act = this.meanwhile()
        if (act instanceof Promise) this.#acts.push(act.catch(error => this.#faults.push(error)))
      }
    }
    await turnOver(dice)
  }

  /** Between two turns, while nobody uses the database: the laws hold after each. */
  async #judgeBetween(): Promise<void> {
    if (!this.#isInterruptible()) return
    this.judge.published = await this.store.read(allVersions())
    await this.judge.turn()
  }

  #isInterruptible(): boolean {
    return this.#options.driver === 'busy' && this.#booting === undefined && !this.#life.isOver
  }
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** Whatever is on its way without a timer has happened. */
async function quiescence(tables: WaitingStore): Promise<void> {
  for (let i = 0; i < 3; i = tables.isBusy() ? 0 : i + 1) await new Promise(resolve => setImmediate(resolve))
}

/** Promises of a tick that ended are settled within a few turns; those that a dead process left are not waited for. */
async function settleSoon(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.race([Promise.all(promises), Promise.resolve().then(() => Promise.resolve())])
  for (let i = 0; i < 5; i++) await Promise.resolve()
}
