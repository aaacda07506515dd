import { countsReceipts, type EntryVerdict, entryTime, keyOf, mayEnter, type Refusal } from '../../rules/entry'
import { askWays } from '../../rules/ways-in'
import { type Journey, journeysInside, lastEntries, lastKeyedEntries, lastPlannedEntries } from '../../store/journeys'
import { keepRefusals, type StoredRefusal } from '../../store/refusals'
import { lastReceipts } from '../../store/touches'
import type { Work } from '../../store/work'
import type { LeadEvent } from '../../world'
import type { LiveCampaign } from '../campaigns/live'
import type { CampaignRegistry } from '../campaigns/registry'
import type { CompiledVersion } from '../campaigns/version'
import type { Env } from '../env'
import { sourcesAt } from '../journey/context'
import { enter } from '../journey/run'
import type { AdmittingRun, Applicant, TurnAdmission } from '../turn'
import { loadHistory } from '../work/load-history'
import type { UnitOfWork } from '../work/unit'
import { VolumeBook } from './volume-book'

/**
 * The rules that let a lead into a campaign: whoever lets a lead in asks here, be it for an event, a request, the API
 * or a batch. `know` loads what the questions need, a constant number of statements whatever the number of leads, and
 * none for campaigns that ask nothing; `letIn` and `wouldEnter` answer. One admission a turn, because it remembers whom
 * the turn let in.
 */
export class Admission implements TurnAdmission {
  readonly #env: Env
  readonly #unit: UnitOfWork
  readonly #registry: CampaignRegistry
  readonly #here: { readonly unit: UnitOfWork; readonly registry: CampaignRegistry }
  /** When each lead (with each key) last entered each campaign. */
  readonly #last = new Map<string, number>()
  /** Who entered before, of campaigns that judge experiments by first entries. */
  readonly #cameBefore = new Set<string>()
  /** Journeys that went on when they were loaded, or began in this tick. */
  readonly #inside = new Map<string, Journey[]>()
  readonly #volumes: VolumeBook
  readonly #refusals: StoredRefusal[] = []

  constructor(env: Env, registry: CampaignRegistry, unit: UnitOfWork) {
    this.#env = env
    this.#registry = registry
    this.#unit = unit
    this.#volumes = new VolumeBook(unit.now)
    this.#here = { unit, registry }
  }

  /** Loads what the rules of these campaigns ask about these leads. */
  *know(applicants: readonly Applicant[]): Work<void> {
    yield* this.#knowEarlier(applicants.filter(({ campaign }) => campaign.live.judgesFirst))
    yield* loadHistory(
      this.#here,
      applicants.map(({ leadId, campaign }) => ({ leadId, version: campaign.live })),
    )
    const strict = applicants.filter(({ campaign, run }) => !campaign.live.isOpen || (run ?? null) !== null)
    if (strict.length === 0) return
    const keyed = strict.flatMap(applicant => this.#keysOf(applicant).map(key => ({ ...applicant, key })))
    const remembers = strict.filter(({ campaign: { live } }) => live.graph.settings.entry.rule !== 'every-time')
    const byReceipt = remembers.filter(applicant => this.#countsReceipts(applicant.campaign))
    for (const row of yield* lastReceipts(...leadsAndCampaigns(byReceipt)))
      for (const key of new Set([row.entry_key, null]))
        this.#cameAt(placeKey(row.lead_id, row.campaign_id, key), row.at)
    const byEntry = remembers.filter(applicant => !this.#countsReceipts(applicant.campaign))
    const unkeyed = byEntry.filter(({ campaign: { live } }) => live.graph.settings.entrance.key === '')
    const planned = unkeyed.filter(applicant => applicant.run !== undefined)
    const rows = [
      ...(yield* lastEntries(...leadsAndCampaigns(unkeyed.filter(applicant => applicant.run === undefined)))),
      ...(yield* lastPlannedEntries(...leadsAndCampaigns(planned))),
    ]
    for (const row of rows) this.#cameAt(placeKey(row.lead_id, row.campaign_id, null), row.at)
    const keyedByEntry = keyed.filter(({ campaign, run }) => (run ?? null) !== null || !this.#countsReceipts(campaign))
    const keys = [...new Set(keyedByEntry.map(k => k.key))]
    for (const row of yield* lastKeyedEntries(...leadsAndCampaigns(keyedByEntry), keys))
      this.#cameAt(placeKey(row.lead_id, row.campaign_id, row.entry_key), row.at)
    yield* this.#knowInside(strict)
    yield* this.#volumes.know(strict.map(applicant => applicant.campaign))
  }

  /**
   * Loads what campaigns ask that steps execute: the step decides in the middle of a move, when nothing can be read any
   * more.
   */
  *knowExecuted(leadIds: readonly number[]): Work<void> {
    const executed = this.#registry.executed
    if (executed.length === 0) return
    yield* this.know(executed.flatMap(campaign => leadIds.map(leadId => ({ campaign, leadId, event: null }))))
    // Also for leads who are new in this tick, of whom there is nothing else to know.
    yield* this.#volumes.know(executed)
  }

  /** Would this lead enter a run of a batch campaign? For the size guard; nothing changes. */
  wouldEnter(campaign: LiveCampaign, version: CompiledVersion, leadId: number, run: AdmittingRun): boolean {
    return this.#ask(campaign, version, leadId, null, { ...run, entered: 0 }).is === 'enter'
  }

  /** Lets a lead in when every rule agrees; else keeps the reason. `run` is given for a batch. */
  letIn(
    campaign: LiveCampaign,
    version: CompiledVersion,
    leadId: number,
    event: LeadEvent | null,
    run: AdmittingRun | null = null,
  ): Journey | Refusal {
    const verdict = this.#ask(campaign, version, leadId, event, run)
    if (verdict.is === 'refused') {
      this.#refuse(campaign, leadId, event, verdict.because)
      return verdict.because
    }
    const { settings } = version.graph
    const key = run?.key ?? (settings.entrance.key === '' ? null : this.#keyOf(version, leadId, event))
    const context = {
      env: this.#env,
      registry: this.#registry,
      unit: this.#unit,
      admission: this,
      campaign,
      version,
    }
    const isFirst = this.#isFirst(campaign, version, leadId)
    const planned = run === null ? null : { at: run.at, clock: run.clock }
    const journey = enter(context, leadId, event, { entryKey: key, isFirst, planned })
    if (!version.isOpen || run !== null) this.#remember(campaign, journey)
    return journey
  }

  /** Writes down whom the tick refused and how many it let in. */
  *write(): Work<void> {
    yield* this.#volumes.write()
    yield* keepRefusals(this.#refusals)
  }

  #ask(
    campaign: LiveCampaign,
    version: CompiledVersion,
    leadId: number,
    event: LeadEvent | null,
    run: AdmittingRun | null,
  ): EntryVerdict {
    if (campaign.status === 'stopped') return elsewhere
    if (campaign.status === 'paused') return refused({ why: 'paused' })
    if (run?.key !== undefined && run.key !== null && this.#last.has(placeKey(leadId, campaign.id, run.key)))
      return refused({ why: 'same-run' })
    const { admits, graph } = version
    const sources = sourcesAt(this.#here, version, leadId, event)
    if (admits.mode === 'trigger' && event !== null) {
      const way = askWays(admits.ways, event, sources)
      if (way.is === 'refused') return refused({ why: 'condition', seen: way.seen })
      if (way.is === 'elsewhere') return elsewhere
    }
    // A launch that lies ahead was made by a clock that has been set back since: nothing can be told by it.
    const { firstPublishedAt } = version
    if (event !== null && event.at < firstPublishedAt && firstPublishedAt <= this.#unit.now)
      return refused({ why: 'before-launch', launchedAt: firstPublishedAt, at: event.at })
    if (version.isOpen) return entering
    const { entry, entrance, zone } = graph.settings
    const key = keyOf(entrance, sources)
    const volume = this.#volumes.of(campaign.id)
    return mayEnter({
      rule: entry,
      entrance,
      zone,
      now: this.#unit.now,
      at: run?.at ?? entryTime(event, this.#unit.now),
      clock: run?.clock ?? null,
      sources,
      last: this.#lastOf(campaign, leadId, key),
      inside: this.#isInside(leadId, campaign.id, key),
      volume: volume === undefined ? null : { ...volume, run: run?.entered ?? 0 },
    })
  }

  /** What the tables said, or what this very tick has brought. */
  #lastOf(campaign: LiveCampaign, leadId: number, key: string | null): number | null {
    const received = this.#countsReceipts(campaign) ? this.#unit.receivedAt(leadId, campaign.id, key) : undefined
    return received ?? this.#last.get(placeKey(leadId, campaign.id, key)) ?? null
  }

  #countsReceipts({ live }: LiveCampaign): boolean {
    return countsReceipts(live.graph.settings.entry)
  }

  #remember({ id, live }: LiveCampaign, journey: Journey): void {
    const at = placeKey(journey.leadId, id, journey.entryKey)
    const without = placeKey(journey.leadId, id, null)
    if (!countsReceipts(live.graph.settings.entry) || journey.entryKey?.startsWith('run:') === true)
      for (const place of [at, without]) this.#cameAt(place, journey.plannedAt ?? journey.enteredAt)
    for (const place of new Set([at, without])) this.#inside.set(place, [...(this.#inside.get(place) ?? []), journey])
    this.#volumes.count(id)
  }

  #refuse(campaign: LiveCampaign, leadId: number, event: LeadEvent | null, because: Refusal): void {
    if (because === elsewhere.because) return
    const { now } = this.#unit
    this.#refusals.push({ campaignId: campaign.id, leadId, at: now, event: event?.name ?? null, because })
  }

  *#knowEarlier(applicants: readonly Applicant[]): Work<void> {
    for (const { lead_id, campaign_id } of yield* lastEntries(...leadsAndCampaigns(applicants)))
      this.#cameBefore.add(placeKey(lead_id, campaign_id, null))
  }

  /** True once for a lead: the next entry of the same tick is no first one. */
  #isFirst({ id }: LiveCampaign, { judgesFirst }: CompiledVersion, leadId: number): boolean {
    const place = placeKey(leadId, id, null)
    if (!judgesFirst || this.#cameBefore.has(place)) return false
    this.#cameBefore.add(place)
    return true
  }

  *#knowInside(applicants: readonly Applicant[]): Work<void> {
    const strict = applicants.filter(
      ({ campaign }) => campaign.live.graph.settings.entrance.parallel !== 'allowed' || this.#countsReceipts(campaign),
    )
    for (const journey of yield* journeysInside(...leadsAndCampaigns(strict))) {
      for (const key of new Set([journey.entryKey, null])) {
        const at = placeKey(journey.leadId, journey.campaignId, key)
        const known = this.#inside.get(at) ?? []
        if (!known.some(j => j.id === journey.id)) this.#inside.set(at, [...known, journey])
      }
    }
  }

  /** A journey that this very tick has ended is inside no more. */
  #isInside(leadId: number, campaignId: string, key: string | null): boolean {
    const journeys = this.#inside.get(placeKey(leadId, campaignId, key)) ?? []
    return journeys.some(journey => this.#unit.journey(journey).status === 'active')
  }

  #keysOf({ campaign, leadId, event, run }: Applicant): readonly string[] {
    if (run !== undefined && run !== null) return [run]
    if (campaign.live.graph.settings.entrance.key === '') return []
    const key = this.#keyOf(campaign.live, leadId, event)
    return key === null ? [] : [key]
  }

  #keyOf({ graph }: CompiledVersion, leadId: number, event: LeadEvent | null): string | null {
    const lead = this.#unit.lead(leadId)
    return keyOf(graph.settings.entrance, { lead, memory: { event, response: null } })
  }

  /** The latest counts, whichever was let in first: an event may come in long after it happened. */
  #cameAt(place: string, at: number): void {
    this.#last.set(place, Math.max(at, this.#last.get(place) ?? 0))
  }
}

/** Did admission let somebody in? */
export function isIn(answer: Journey | Refusal): answer is Journey {
  return 'id' in answer
}

const entering: EntryVerdict = { is: 'enter' }
/** The event is none of the campaign's business: nothing to tell. */
const elsewhere = { is: 'refused', because: { why: 'no-way', by: 'request' } } as const

function refused(because: Refusal): EntryVerdict {
  return { is: 'refused', because }
}

function placeKey(leadId: number, campaignId: string, key: string | null): string {
  return key === null ? `${leadId}:${campaignId}` : `${leadId}:${campaignId}:${key}`
}

function leadsAndCampaigns(applicants: readonly Applicant[]): [readonly number[], readonly string[]] {
  return [[...new Set(applicants.map(k => k.leadId))], [...new Set(applicants.map(k => k.campaign.id))]]
}
