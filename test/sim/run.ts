import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { removeSteps, renameStep } from '#shared/graph/edit'
import { type Choice, mayMoveTo, mayStay, type Plan } from '#shared/graph/migration'
import type { Graph } from '#shared/graph/schema'
import { internalEvents } from '#shared/rules/internal-events'
import { dice as roll } from '#shared/simulate/chance'
import { all, type Sql, type Store, sql } from '#shared/store/work'
import {
  changedAt,
  countries,
  eventNames,
  folders,
  lists,
  randomAccountQuiet,
  randomCaps,
  randomDaily,
  randomExecuted,
  randomGraph,
  randomRush,
  randomWebhook,
  webhooks,
  zones,
} from './graphs'
import type { Driver } from './installation'
import type { Judged } from './judge'
import { isQuiet, wallClock } from './laws'
import { addListeners, mendListeners } from './listeners'
import { moody } from './moody'
import { World } from './world'

/** A leap day, one at a clock change, an instant, one to come, and what somebody typed. */
const renewals = ['2024-02-29', '2026-03-29T02:30', 'Sun, 25 Oct 2026 01:30:00 GMT', '20 July 2026', 'soon']

/** How clocks are set (ms): a step of NTP, a machine that slept, a wrong zone, a wrong day. Back by less than a day: beyond it the clock is believed (clock.test.ts). */
const jumps = [-20 * 3_600_000, -3_600_000, -600_000, -2_000, 2_000, 600_000, 36_000_000, 5 * 86_400_000]

export interface RunReport {
  readonly journeys: number
  readonly calls: number
  readonly deaths: number
  /** Leads who were brought to another version. */
  readonly migrated: number
  /** Leads who were made part of another, or deleted. */
  readonly gone: number
  /** What came in the middle of a turn. */
  readonly interruptions: number
  /** Of every journal in order, of every touch and every attempt: the same seed gives the same (law 9). */
  readonly hash: string
  /** The same without the ids that the database gives, which are others where one does not take them back after a rollback: the same in every database. */
  readonly portable: string
}

export interface RunOptions {
  readonly driver?: Driver
  /** An empty database in place of the server's SQLite. */
  readonly store?: Store
  /** They ask in the words of SQLite: over PostgreSQL there are none. */
  readonly laws?: Judged
  /** Somebody outside is told of what happens (law 13). */
  readonly listens?: boolean
}

/**
 * One random installation: random campaigns, leads and events over some weeks, a moody receiver, pauses and stops, and a process that dies between any two
 * stations. Throws with the broken law when one breaks.
 */
export async function runSeed(
  seed: number,
  { driver = 'at-once', store, laws = 'all', listens = false }: RunOptions = {},
): Promise<RunReport> {
  const dice = roll(seed)
  const world = await World.create({
    seed: seed + 1_000_000,
    start: dice.oneOf(['2026-03-06T12:00:00Z', '2026-03-27T05:00:00Z', '2026-07-01T00:00:00Z', '2026-10-23T18:00:00Z']),
    maxInFlight: dice.oneOf([2, 8, 64]),
    crashes: dice.oneOf([0, 0.02, 0.08]),
    driver,
    lateness: [0, 0, 0, 1, 3, 40, 900],
    laws,
    ...(store && { store }),
  })
  world.receiver = moody(world.dice)
  const leads = Array.from({ length: 3 + dice.below(7) }, (_, i) => `lead-${i}`)
  for (const lead of leads)
    await world.lead(
      lead,
      { country: dice.oneOf(countries), score: dice.below(8), renewal: dice.oneOf(renewals) },
      dice.happens(0.7) ? dice.oneOf(zones) : null,
    )
  const campaigns = Array.from({ length: 1 + dice.below(3) }, (_, i) => `c${i}`)
  for (const list of lists) await world.list(list)
  for (const campaign of ['asked', 'executed', 'c0']) await world.draft(campaign)
  if (dice.happens(0.3)) campaigns.unshift('daily')
  const isNarrow = dice.happens(0.4)
  if (isNarrow) campaigns.unshift('rush-a', 'rush-b')
  if (dice.happens(0.7)) campaigns.unshift('asked')
  if (dice.happens(0.7)) campaigns.unshift('executed')
  await calmly(world, async () => {
    await world.addFolder('outer', null, {})
    await world.addFolder('inner', 'outer', {})
    if (dice.happens(0.4)) await world.capAll(...randomCaps(dice, 3))
    for (const webhook of webhooks) await world.addWebhook(webhook, randomWebhook(dice))
    // One at a time: a line forms, and campaigns of two priorities stand in it.
    if (isNarrow) await world.limitHost('https://hooks.example.com', { connections: 1, rate: null })
  })
  if (listens) await calmly(world, () => addListeners(world, seed))
  for (const campaign of campaigns) await mustLaunch(world, campaign, dice)
  await calmly(world, async () => {
    for (const campaign of campaigns) if (dice.happens(0.6)) await world.moveInto(campaign, dice.oneOf(folders))
    if (dice.happens(0.3)) await world.settings({ quietHours: randomAccountQuiet(dice) })
  })

  const busy = roll(seed + 7_000_000)
  world.meanwhile = () => interrupt(world, campaigns, leads, busy)
  let gone = 0
  for (let turn = 0; turn < 8; turn++) {
    if (dice.happens(0.3)) await runIntoNight(world, dice.oneOf(campaigns), dice)
    for (const lead of leads)
      for (let n = dice.below(4); n > 0; n--) {
        const event = {
          lead,
          name: dice.oneOf(eventNames),
          properties: { amount: dice.below(100), currency: dice.oneOf(['EUR', 'jpy', 'gold']) },
          at: world.now - dice.oneOf([0, 0, 0, 60_000, 7_200_000, 40_000_000]),
          id: `t${turn}-${lead}-${n}`,
        }
        world.send(event)
        // Clients send again what they are not sure of.
        if (dice.happens(0.2)) world.send(event)
      }
    if (dice.happens(0.4))
      await world.changes(dice.oneOf(leads), { score: dice.below(8), country: dice.oneOf(countries) })
    if (dice.happens(0.1)) await world.changes(dice.oneOf(leads), { unsubscribed: dice.happens(0.6) })
    if (dice.happens(0.4)) letIn(world, dice.oneOf(campaigns), dice.oneOf(leads), `en-${turn}`)
    if (dice.happens(0.4)) {
      await world.runUntil('PT1S')
      await actAmidCalls(world, dice)
    }
    // While many are under way.
    if (dice.happens(0.5)) {
      await world.runUntil(dice.oneOf(['PT1M', 'PT2H']))
      await republish(world, await busyOne(world, campaigns), dice)
    }
    await world.runUntil(dice.oneOf(['PT1M', 'PT40M', 'PT6H', 'P1D', 'P3D', 'P45D']))
    if (dice.happens(0.15)) await meddle(world, dice.oneOf(campaigns), dice)
    if (dice.happens(0.2)) await republish(world, await busyOne(world, campaigns), dice)
    if (dice.happens(0.15)) await calmly(world, () => world.changeWebhook(dice.oneOf(webhooks), randomWebhook(dice)))
    if (dice.happens(0.06)) gone += await loseOne(world, leads)
    if (dice.happens(0.25)) await resendSome(world, dice)
    if (dice.happens(0.1)) await removeSome(world, dice.oneOf(campaigns), dice)
    if (dice.happens(0.1)) await world.die()
    if (dice.happens(0.15)) world.setClock(dice.oneOf(jumps))
    if (dice.happens(0.6)) await switchSome(world, dice)
    if (dice.happens(0.3)) await calmly(world, () => world.forgets())
  }
  world.meanwhile = () => undefined
  await world.actsAreOver()
  for (const campaign of campaigns) await world.resume(campaign)
  // Somebody looks after it: nothing is switched off by itself any more, and all is switched on.
  await world.settings({ switchingOff: { automatic: false } })
  for (const { address } of await world.receivers()) await world.switchReceiver(address, 'on')
  // A schedule goes on for months, and who enters at its end may wait for a year; so may whoever their webhooks set off, three deep.
  for (let years = 0; years < 6 && (years < 2 || (await isAnybodyInside(world))); years++) await world.runOut()
  if (listens) {
    await mendListeners(world)
    await world.runUntil('P8D')
  }
  await world.finalLaws()
  return { ...(await report(world)), gone }
}

/** What somebody does, or a client sends, while a turn waits for its database. */
function interrupt(
  world: World,
  campaigns: readonly string[],
  leads: readonly string[],
  dice: ReturnType<typeof roll>,
): unknown {
  const [campaign, lead] = [dice.oneOf(campaigns), dice.oneOf(leads)]
  const acts = [
    () => world.arrives(lead, dice.oneOf(eventNames)),
    () => world.arrives(lead, dice.oneOf(eventNames)),
    () => world.changes(lead, { score: dice.below(8), country: dice.oneOf(countries) }),
    () => world.moves(lead, dice.oneOf(zones)),
    () => world.pause(campaign),
    () => world.resume(campaign),
    () => world.resume(campaign),
    () => world.retune(),
    () => world.settings({ quietHours: randomAccountQuiet(dice) }),
    () => world.changeFolder('inner', 'outer', {}),
    () => world.switchReceiver('https://hooks.example.com/a', dice.oneOf(['off', 'on', 'on'] as const)),
    () => world.limitHost('https://hooks.example.com', { connections: dice.oneOf([null, 1, 8]), rate: null }),
    () => world.puts(lead, dice.oneOf(lists)),
    () => resendSome(world, dice),
    () => removeSome(world, campaign, dice),
    () => decideSome(world, campaign, dice),
  ]
  return dice.oneOf(acts)()
}

/** Somebody does, while calls are on their way that have not begun, what one of those must not begin after (law 14). */
async function actAmidCalls(world: World, dice: ReturnType<typeof roll>): Promise<unknown> {
  const waiting = await world.waitingToBegin()
  if (waiting.length === 0) return
  const { id, campaignId, step, lead } = dice.oneOf(waiting)
  const today = wallClock(world.now, dice.oneOf(zones)).date
  const acts = [
    () => world.pause(campaignId),
    () => world.remove(id),
    () => world.removeAll(campaignId, { step: dice.oneOf([null, step]) }),
    () => world.settings({ quietHours: { windows: [], holidays: [today], whenQuiet: 'wait', spread: null } }),
    () => world.moves(lead, dice.oneOf(zones)),
    () => world.moves(lead, dice.oneOf(zones)),
    () => world.switchReceiver('https://hooks.example.com/a', 'off'),
    () => world.stop(campaignId, 'exit'),
  ]
  await dice.oneOf(acts)()
  await world.runUntil(dice.oneOf(['PT10S', 'PT3H']))
  await world.resume(campaignId)
}

/** Until a moment before a night that a campaign keeps, by its own clock or by that of a lead: what is sent now may come to its first byte by night. */
async function runIntoNight(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  const live = (await world.versions()).filter(v => v.campaignId === campaign).at(-1)
  const { quietHours: quiet, zone } = live?.graph.settings ?? { quietHours: null, zone: 'UTC' }
  if (quiet === null) return
  const clock = dice.oneOf([zone, zone, ...zones])
  // All windows begin at a half hour, on every clock.
  const half = 1_800_000
  const first = Math.ceil(world.now / half) * half
  const borders = Array.from({ length: 96 }, (_, i) => first + i * half)
  const night = borders.find(at => isQuiet(at, clock, quiet) && !isQuiet(at - 10_000, clock, quiet))
  const at = (night ?? 0) - dice.oneOf([500, 1_500, 5_000])
  if (at > world.now) await world.runUntil(new Date(at).toISOString())
}

async function isAnybodyInside({ store }: World): Promise<boolean> {
  return (await store.read(all(sql`select 1 as one from journeys where status = 'active' limit 1`))).length > 0
}

/** What somebody does by hand while nothing crashes. */
async function calmly(world: World, acts: () => Promise<void>): Promise<void> {
  const { share } = world.crash
  world.crash.share = 0
  await acts()
  world.crash.share = share
}

/** By the API, twice now and then. */
function letIn(world: World, campaign: string, lead: string, id: string): void {
  const entry = { lead, name: internalEvents.entered, to: campaign, id: `$entry:${campaign}:${id}` }
  world.send(entry)
  if (world.dice.happens(0.2)) world.send(entry)
}

async function mustLaunch(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  const drawn =
    campaign === 'executed'
      ? randomExecuted(dice)
      : campaign === 'daily'
        ? randomDaily(dice)
        : campaign.startsWith('rush')
          ? randomRush(dice)
          : randomGraph(dice, { asked: campaign === 'asked' })
  await launchLawfully(world, campaign, drawn, dice)
}

async function launchLawfully(
  world: World,
  campaign: string,
  drawn: Graph,
  dice: ReturnType<typeof roll>,
): Promise<void> {
  const act = await world.launch(campaign, drawn, await randomPlan(world, campaign, drawn, dice))
  // A schedule that has come to its end cannot be launched again.
  const lawful = [
    'campaign.unchanged',
    'batch.never',
    'batch.local-too-soon',
    'variants.control-raised',
    'migration.running',
  ]
  if (act.is === 'refused' && act.problems.some(p => p.severity === 'error' && !lawful.includes(String(p.code))))
    throw new Error(`a random campaign was refused: ${JSON.stringify(act.problems)}`)
}

/** The campaign in which most leads are under way, mostly: one that many would notice a change of. */
async function busyOne(world: World, campaigns: readonly string[]): Promise<string> {
  const counted = await Promise.all(
    campaigns.map(async campaign => ({ campaign, inside: (await world.livingIn(campaign)).length })),
  )
  const busiest = counted.reduce((a, b) => (b.inside > a.inside ? b : a))
  return world.dice.happens(0.8) ? busiest.campaign : world.dice.oneOf(campaigns)
}

/** Somebody edits what is live and publishes it: a step is gone, has another name or other settings, so that most leads may keep waiting where they stand. */
async function republish(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  const live = (await world.versions()).filter(v => v.campaignId === campaign).at(-1)
  const ids = Object.keys(live?.graph.steps ?? {}).filter(id => id !== 'entry')
  if (live === undefined || ids.length === 0) return
  const id = dice.oneOf(ids)
  const edited = dice.oneOf([
    () => removeSteps(live.graph, [id]),
    () => renameStep(live.graph, id, `v${live.version + 1}`),
    () => changedAt(live.graph, id, dice),
  ])()
  await launchLawfully(world, campaign, edited, dice)
}

/** What somebody chooses for leads who are under way: for most steps in which somebody waits, and some others. */
async function randomPlan(world: World, campaign: string, after: Graph, dice: ReturnType<typeof roll>): Promise<Plan> {
  const targets = Object.keys(after.steps).filter(id => mayMoveTo(after, id))
  const versions = (await world.versions()).filter(v => v.campaignId === campaign)
  const waiting = new Set((await world.livingIn(campaign)).map(journey => `${journey.version} ${journey.step}`))
  return versions.flatMap(({ version, graph }) =>
    Object.keys(graph.steps).flatMap((step): Plan => {
      const choices: Choice[] = [
        { version, step, as: 'exit', reason: '' },
        ...targets.slice(0, 4).map((to): Choice => ({ version, step, as: 'move', to })),
        ...(mayStay(graph, after, step) ? [{ version, step, as: 'stay' } as const] : []),
        // Back to where they stand, in the other version: the step begins anew.
        ...(mayMoveTo(after, step) ? [{ version, step, as: 'move', to: step } as const] : []),
      ]
      return dice.happens(waiting.has(`${version} ${step}`) ? 0.8 : 0.3) ? [dice.oneOf(choices)] : []
    }),
  )
}

/** Somebody at the list of dead letters: all of them, or a few, some with two clicks. */
async function resendSome(world: World, dice: ReturnType<typeof roll>): Promise<void> {
  if (dice.happens(0.3)) return void (await world.resendAll())
  const dead = await world.deadLetters()
  for (const touch of dead.slice(0, 5)) {
    const how = { sendNow: dice.happens(0.2) }
    const clicks = [await world.resend(touch, how)]
    if (dice.happens(0.5)) clicks.push(await world.resend(touch, how))
    if (clicks.length === 2 && clicks[1]?.is !== 'refused') throw new Error(`a double click sent touch ${touch} twice`)
  }
}

/** Somebody at the list of receivers: switches all of them on that are off, or one off that does well. */
async function switchSome(world: World, dice: ReturnType<typeof roll>): Promise<void> {
  if (dice.happens(0.1)) await world.switchReceiver('https://hooks.example.com/a', 'off')
  else
    for (const { address, failing } of await world.receivers())
      if (failing.off !== null) await world.switchReceiver(address, 'on')
}

/** Somebody takes leads out by hand: one, or many, and changes their mind now and then. */
async function removeSome(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  const [journey] = await world.livingIn(campaign)
  if (journey !== undefined && dice.happens(0.5)) {
    await world.remove(journey.id)
    const [after] = await world.livingIn(campaign)
    if (after?.id === journey.id) throw new Error(`journey ${journey.id} goes on after it was removed`)
    return
  }
  const step = journey !== undefined && dice.happens(0.3) ? journey.step : null
  const id = await world.removeAll(campaign, { step })
  if (dice.happens(0.2)) await world.stopRemoving(id)
}

/** Somebody makes a lead part of another, or deletes it. Who is made part of another goes on sending events by the old name. */
async function loseOne(world: World, leads: readonly string[]): Promise<number> {
  const { dice } = world
  const [lead, other] = [dice.oneOf(leads), dice.oneOf(leads)]
  if (dice.happens(0.3)) await world.forget(lead)
  else if (lead !== other) await world.merge(lead, other, { values: dice.oneOf(['kept', 'merged']) })
  else return 0
  return 1
}

async function meddle(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  switch (dice.below(7)) {
    case 0:
      await world.pause(campaign)
      await world.runUntil(dice.oneOf(['PT1H', 'P2D']))
      return
    case 1:
      await world.resume(campaign)
      return
    case 2:
      await world.stop(campaign, dice.oneOf(['finish', 'exit'] as const))
      return
    case 3:
      await world.cancelMigration(campaign)
      return
    case 4:
      await world.settings({ quietHours: randomAccountQuiet(dice) })
      return
    case 5:
      return decideSome(world, campaign, dice)
    default:
      await mustLaunch(world, campaign, dice)
  }
}

/** Somebody at the report: sends everybody to a variant, goes on testing, or starts anew. */
async function decideSome(world: World, campaign: string, dice: ReturnType<typeof roll>): Promise<void> {
  for (const { step } of (await world.report(campaign)).experiments)
    await world.decides(
      campaign,
      step,
      dice.oneOf([{ do: 'send-to', variant: 'b' }, { do: 'go-on-testing' }, { do: 'start-anew' }] as const),
    )
}

async function report(world: World): Promise<Omit<RunReport, 'gone'>> {
  const open = await world.store.read(all(sql`select id, step from journeys where status = 'active'`))
  if (open.length > 0) throw new Error(`journeys that nothing will ever move: ${JSON.stringify(open)}`)
  const [counted] = await world.store.read(all<{ n: number }>(sql`select count(*) as n from journeys`))
  const [moved] = await world.store.read(
    all<{ n: number }>(sql`select coalesce(sum(moved), 0) as n from campaign_migrations`),
  )
  return {
    journeys: counted?.n ?? 0,
    calls: world.arrived.length,
    deaths: world.deaths,
    interruptions: world.interruptions,
    migrated: moved?.n ?? 0,
    hash: await hashOf(world),
    portable: await hashOf(world, sql`journey_id, at, entries`),
  }
}

/** What the run came to, for whoever compares two ways of running it: journal (these columns of it), touches and attempts, row by row. */
export async function hashOf({ store }: Pick<World, 'store'>, ofJournal: Sql = sql`*`): Promise<string> {
  const hash = sha256.create()
  for (const query of [
    sql`select ${ofJournal} from journal order by id`,
    sql`select * from touches order by id`,
    sql`select * from attempts order by touch_id, n`,
  ])
    hash.update(utf8ToBytes(JSON.stringify(await store.read(all(query)))))
  return bytesToHex(hash.digest())
}
