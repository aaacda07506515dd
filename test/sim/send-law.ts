import type { Call } from '#shared/call'
import { type Exits, exitEvents } from '#shared/rules/exits/index'
import type { QuietHours } from '#shared/rules/quiet'
import type { Webhook } from '#shared/rules/webhook'
import { journalOf } from '#shared/store/journal'
import { type Journey, journeysById } from '#shared/store/journeys'
import { leadsById } from '#shared/store/leads'
import { type Touch, touchesById } from '#shared/store/touches'
import { all, list, type Store, sql } from '#shared/store/work'
import { isQuiet, maySend, type Published, quietOf } from './laws'

/** What held when a call left. `account`: the quiet hours of the installation. */
interface Standing {
  readonly now: number
  /** Time as it passed (ms), which never goes back: rates are about that. */
  readonly elapsed: number
  readonly account: QuietHours | null
  readonly published: readonly Published[]
}

/** The laws of sending, judged from what arrived at the receiver and from the tables. */
export class SendLaw {
  /** Instants at which calls of a campaign arrived. */
  readonly #sends = new Map<string, number[]>()
  /** The version whose limit counts, and its first call. */
  readonly #rateSince = new Map<string, { readonly version: number; readonly at: number }>()

  /** What is wrong with a call that left by now, as sentences. */
  async broken(store: Store, call: Call, standing: Standing): Promise<string[]> {
    const { now, account, published } = standing
    const [touch] = await store.read(touchesById([call.touch]))
    const [journey] = await store.read(journeysById(touch === undefined ? [] : [touch.journeyId]))
    if (touch === undefined || journey === undefined) return [`a call left that no touch stands for: ${call.webhookId}`]
    // By the version that it walked when the gates were asked: who keeps waiting in another version has passed those of the one before.
    const story = await store.read(journalOf(journey.id))
    const asked = story.findLastIndex(e => (e.is === 'gate' || e.is === 'calls') && e.step === touch.step)
    const since = story.slice(asked).find(e => e.is === 'migrated')
    const version = since?.is === 'migrated' ? since.from.version : journey.version
    // A dead letter may be sent again when its step is not there any more.
    const { graph } =
      published
        .filter(p => p.campaignId === journey.campaignId && p.version <= version && touch.step in p.graph.steps)
        .at(-1) ?? {}
    if (graph === undefined) return [`a call left for campaign ${journey.campaignId}, which nobody published`]
    const [lead] = await store.read(leadsById([journey.leadId]))
    const zone = lead?.zone ?? graph.settings.zone
    const broken: string[] = []
    broken.push(...this.#brokenByRate(journey.campaignId, standing))
    broken.push(...(await brokenBySwitch(store, call, now)))
    broken.push(...brokenByProfile(call, touch, graph.steps[touch.step]?.config as Webhook))
    // Settled within the same tick or not: what was answered for good never leaves again.
    if (touch.status !== 'reserved') broken.push(`a call left whose touch is ${touch.status}: ${call.webhookId}`)
    broken.push(...brokenByQuiet(call, touch, quietOf(account, graph, touch.step), { now, zone }))
    broken.push(...(await brokenByEnd(store, call, touch, journey)))
    if (!maySend(graph, touch.step)) broken.push(`a batch campaign called a webhook: ${call.webhookId}`)
    // One that was sent again by hand belongs to nobody's way any more.
    if (touch.resent === null)
      broken.push(...(await brokenByExits(store, call, journey, graph.settings.exits, published)))
    return broken
  }

  /**
   * Law 14, of calls that were handed out and have not begun: each of them may begin at any moment, so what must not any more has been taken back before whoever
   * brought that about was answered. A call whose time is over begins no more by itself; rates are looked at when it begins.
   */
  async brokenInHand(store: Store, calls: readonly Call[], { now, account, published }: Standing): Promise<string[]> {
    if (calls.length === 0) return []
    const touches = await store.read(touchesById(calls.map(call => call.touch)))
    const journeys = await store.read(journeysById(touches.map(touch => touch.journeyId)))
    const broken: string[] = []
    for (const call of calls) {
      const touch = touches.find(t => t.id === call.touch)
      const journey = journeys.find(j => j.id === touch?.journeyId)
      if (touch === undefined || journey === undefined) broken.push(`no touch stands for it: ${call.webhookId}`)
      else {
        broken.push(...(await brokenByEnd(store, call, touch, journey)))
        broken.push(...(await brokenBySwitch(store, call, now)))
        const { graph } = published.find(isWalkedBy(journey)) ?? {}
        const [lead] = await store.read(leadsById([journey.leadId]))
        const mayBegin = call.until === null || now < call.until
        if (graph !== undefined && mayBegin) {
          const zone = lead?.zone ?? graph.settings.zone
          broken.push(...brokenByQuiet(call, touch, quietOf(account, graph, touch.step), { now, zone }))
        }
        if (touch.resent === null && graph !== undefined)
          broken.push(...(await brokenByExits(store, call, journey, graph.settings.exits, published)))
      }
    }
    return broken.map(sentence => `in hand, and it may begin: ${sentence}`)
  }

  /** No window of a second or a minute holds more calls of a campaign than its newest version allows. */
  #brokenByRate(campaign: string, { elapsed: now, published }: Standing): string[] {
    const sends = this.#sends.get(campaign) ?? []
    this.#sends.set(campaign, [...sends, now])
    const newest = published.filter(p => p.campaignId === campaign).reduce((a, b) => (b.version > a.version ? b : a))
    const { rate } = newest.graph.settings
    const since = this.#rateSince.get(campaign)
    if (since?.version !== newest.version) this.#rateSince.set(campaign, { version: newest.version, at: now })
    if (rate === null || since?.version !== newest.version) return []
    const window = rate.per === 'second' ? 1000 : 60_000
    const inWindow = [...sends, now].filter(at => at > now - window && at >= since.at)
    return inWindow.length > rate.most
      ? [`${inWindow.length} calls of ${campaign} within a ${rate.per}, ${rate.most} allowed`]
      : []
  }
}

/** Nothing leaves in quiet hours, unless somebody sent it again by hand and chose not to wait. */
function brokenByQuiet(
  { webhookId }: Call,
  touch: Touch,
  levels: ReturnType<typeof quietOf>,
  { now, zone }: { readonly now: number; readonly zone: string },
): string[] {
  if (touch.resent?.sendNow === true) return []
  return levels
    .filter(([, quiet]) => isQuiet(now, zone, quiet))
    .map(
      ([level, quiet]) =>
        `a call in quiet hours of the ${level} (${zone}): ${webhookId} at ${new Date(now).toISOString()}, ${JSON.stringify(quiet)}`,
    )
}

function isWalkedBy({ campaignId, version }: Journey): (published: Published) => boolean {
  return p => p.campaignId === campaignId && p.version === version
}

/** Law 14: no first byte after a pause, an abort, an exit or a removal. A dead letter that was sent again by hand moves nobody, and only a pause holds it. */
async function brokenByEnd(store: Store, { webhookId }: Call, touch: Touch, journey: Journey): Promise<string[]> {
  const [campaign] = await store.read(
    all<{ status: string; emptying: number }>(
      sql`select status, emptying from campaigns where id = ${journey.campaignId}`,
    ),
  )
  if (campaign?.status === 'paused') return [`a call left in a pause: ${webhookId}`]
  if (touch.resent !== null) return []
  if (campaign?.emptying === 1) return [`a call left after an abort: ${webhookId}`]
  const removals = await store.read(
    all<{ id: number; step: string | null; leads: string | null }>(sql`
      select id, step, leads from removals
      where status = 'running' and campaign_id = ${journey.campaignId} and last_journey >= ${journey.id}`),
  )
  const isRemoved = removals.some(
    ({ step, leads }) =>
      (step === null || step === journey.step) &&
      (leads === null || (JSON.parse(leads) as number[]).includes(journey.leadId)),
  )
  if (isRemoved) return [`a call left for a lead who is being taken out: ${webhookId}`]
  if (journey.status !== 'active' || journey.step !== touch.step)
    return [`a call left for a step that its lead had left (${journey.status} in ${journey.step}): ${webhookId}`]
  return []
}

/** delivery R21: nothing leaves to a receiver that was switched off before. */
async function brokenBySwitch(store: Store, { request, webhookId }: Call, now: number): Promise<string[]> {
  const { origin, pathname } = new URL(request.url)
  const off = await store.read(all<{ address: string }>(sql`select address from receivers where off_at < ${now}`))
  const isHere = (address: string) =>
    address.endsWith('*') ? (origin + pathname).startsWith(address.slice(0, -1)) : address === origin + pathname
  return off.some(({ address }) => isHere(address)) ? [`a call to a receiver that is switched off: ${webhookId}`] : []
}

/**
 * After an exit event that acts at once, no call of the journey leaves: by the time of the event, also where it came in before the event that let the lead in. Events
 * whose exit asks for more than their name are left to the product's own judgement.
 */
async function brokenByExits(
  store: Store,
  call: Call,
  { id, leadId, campaignId, enteredAt }: Journey,
  { ways, when }: Exits,
  published: readonly Published[],
): Promise<string[]> {
  const names = ways.flatMap(way => (way.on === 'event' && way.where.rules.length === 0 ? [way.event] : []))
  if (when !== 'at-once' || names.length === 0) return []
  const [first] = await store.read(all<{ at: number }>(sql`select min(at) as at from journal where journey_id = ${id}`))
  const begun = first?.at ?? 0
  const listens = published.find(p => p.campaignId === campaignId && exitEvents(p.graph.settings.exits).length > 0)
  // What came in before the journey began is known from when somebody listened for it; by a clock that was set back since it lies ahead.
  const exits = await store.read(
    all<{ id: string; name: string }>(sql`
      select id, name from events
      where lead_id = ${leadId} and at > ${enteredAt} and name in ${list(names)} and id <> coalesce(
          (select json_extract(memory, '$.event.id') from journeys where id = ${id}), '')
        and (received_at >= ${begun} or (received_at >= ${listens?.publishedAt ?? 0} and at <= ${begun}))`),
  )
  return exits.length === 0 ? [] : [`a call left after the exit "${exits[0]?.name}": ${call.webhookId}`]
}

/**
 * marketo-alm rule 6: one request, whatever comes back, unless the webhook says more than its profile, or somebody sends it again. A step that takes from the library
 * is left out: how its call is delivered was said there when it was reserved.
 */
function brokenByProfile(
  call: Call,
  touch: Touch,
  { profile, delivery, webhook }: Webhook & { webhook?: string },
): string[] {
  if (webhook || profile !== 'marketo' || delivery.retry !== null || delivery.again !== null) return []
  const attempt = call.attempt - touch.interrupted - (touch.resent?.after ?? 0)
  return attempt === 1 ? [] : [`Marketo calls once, and this is attempt ${attempt}: ${call.webhookId}`]
}
