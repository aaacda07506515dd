import { decidedIn } from '../../graph/experiments'
import { isAllowed } from '../../graph/schema'
import type { Capping, CapRule, CapTerms } from '../../rules/caps'
import type { Facts } from '../../rules/conditions'
import type { Experiments } from '../../rules/experiments'
import { type Fields, fieldsOf } from '../../rules/fields'
import type { Folder } from '../../rules/folders'
import type { CampaignFacts, QuietFacts } from '../../rules/gates/gate'
import type { QuietHours } from '../../rules/quiet'
import { loadSurroundings } from '../../store/around'
import { allCampaigns, allVersions } from '../../store/campaigns'
import { versionsWithLeads } from '../../store/counts'
import { allExperiments } from '../../store/experiments'
import { loadFields } from '../../store/fields'
import { allGoals } from '../../store/goals'
import { forgetNames, keepFromNow, keepNames, keptNames } from '../../store/history'
import type { Journey } from '../../store/journeys'
import { type Names, namesInUse } from '../../store/leads'
import { removalsByHand } from '../../store/removals'
import { loadSettings } from '../../store/settings'
import type { Work } from '../../store/work'
import type { Env } from '../env'
import type { Book } from '../turns'
import { type CampaignIndex, emptyIndex, indexOf } from './campaign-index'
import { cappingIn, ofNobody, reachOf, ruled } from './caps'
import { assemble, goalsIn, type LiveCampaign, published, type Removing } from './live'
import { quietIn } from './quiet'
import type { CompiledVersion } from './version'

/** All that is known of campaigns at one time. */
interface Known {
  capReach: number
  accountCaps: readonly CapRule[]
  folders: ReadonlyMap<string, Folder>
  fields: Fields
  campaigns: ReadonlyMap<string, LiveCampaign>
  index: CampaignIndex
  names: Names
  /** Versions with leads under way, by `versionKey`. */
  walked: ReadonlySet<string>
  kept: ReadonlySet<string>
  decided: ReadonlyMap<string, Experiments>
  removing: ReadonlyMap<string, readonly Removing[]>
  accountQuiet: QuietHours | null
  /** What was asked before; filled while it is asked. */
  quiet: WeakMap<CompiledVersion, Map<string, QuietFacts | null>>
}

function nobodyKnown(): Known {
  return {
    capReach: 0,
    accountCaps: [],
    folders: new Map(),
    fields: fieldsOf([], false),
    campaigns: new Map(),
    index: emptyIndex,
    names: 'all',
    walked: new Set(),
    kept: new Set(),
    decided: new Map(),
    removing: new Map(),
    accountQuiet: null,
    quiet: new WeakMap(),
  }
}

/**
 * The launched campaigns, in memory: every batch asks them. One process owns the database, and it refreshes this in the
 * same turn in which it launches, pauses or stops a campaign.
 *
 * Longer than 300 lines on purpose: it answers in one line each what the engine asks of campaigns. What is behind the
 * answers is in the files beside it: version.ts, live.ts, campaign-index.ts, caps.ts, quiet.ts.
 */
export class CampaignRegistry implements Book {
  #now: Known
  /** What it knew before the turn that changed it; undefined: no turn has. */
  #before: Known | undefined

  /** `here`: what launches are judged by, and only this server knows. */
  constructor(
    readonly here: Pick<Env, 'closedPort' | 'isLocked'> = {},
    known = nobodyKnown(),
  ) {
    this.#now = known
  }

  /** This registry as the last turn left it, and as it stays: for whoever reads while turns go on. */
  asCommitted(): CampaignRegistry {
    return new CampaignRegistry(this.here, this.#before ?? this.#now)
  }

  committed(): void {
    this.#before = undefined
  }

  rolledBack(): void {
    if (this.#before !== undefined) this.#now = this.#before
    this.#before = undefined
  }

  /**
   * Called by whatever changes what is known: the turn gets a copy of its own. Its maps are replaced, and never
   * changed.
   */
  #keepBefore(): void {
    if (this.#before !== undefined) return
    this.#before = this.#now
    this.#now = { ...this.#now }
  }

  /**
   * How far back caps look, those of any campaign and of the installation, in ms, with days to spare for calendar days.
   * 0: there are none.
   */
  get capReach(): number {
    return this.#now.capReach
  }

  /** The types of lead fields, as the last refresh read them. */
  get fields(): Fields {
    return this.#now.fields
  }

  /**
   * Reads all campaigns, versions and lead fields. Compiles only versions that are new, or use a library webhook that
   * was changed.
   */
  *refresh(): Work<void> {
    const versions = yield* allVersions()
    const campaigns = yield* allCampaigns()
    const around = yield* loadSurroundings()
    const goals = yield* allGoals()
    const fields = yield* loadFields()
    this.#keepBefore()
    this.#now.fields = fields
    const assembled = new Map<string, LiveCampaign>()
    for (const campaign of campaigns) {
      const live = assemble(campaign, versions, around, this.#now.campaigns.get(campaign.id))
      if (live !== undefined) assembled.set(live.id, { ...live, goals: goalsIn(live.live.graph, campaign.id, goals) })
    }
    this.#now.campaigns = assembled
    this.#now.folders = around.folders
    this.#now.walked = yield* versionsWithLeads()
    this.#now.index = indexOf(assembled, this.#now.walked)
    yield* keepNames([...this.#now.index.asked.keys()])
    yield* keepFromNow([...this.#now.index.listened])
    this.#now.kept = yield* keptNames()
    this.#now.names = yield* namesInUse()
    yield* this.readDecisions()
    yield* this.readRemovals()
    yield* this.retune()
  }

  /**
   * This registry as it will be once this version is the live one, for a dry run: what it asks is loaded, though nobody
   * has published it. It stays as it is. What a version that is live already asks is known.
   */
  *including(campaign: LiveCampaign, version: CompiledVersion): Work<CampaignRegistry> {
    if (campaign.live === version) return this
    const next = new CampaignRegistry(this.here)
    next.#now.campaigns = new Map(this.#now.campaigns).set(campaign.id, published(campaign, version))
    next.#now.folders = this.#now.folders
    next.#now.walked = this.#now.walked
    next.#now.fields = this.#now.fields
    next.#now.kept = this.#now.kept
    next.#now.names = this.#now.names
    next.#now.index = indexOf(next.#now.campaigns, next.#now.walked)
    yield* next.readDecisions()
    yield* next.retune()
    return next
  }

  /** Reads what was chosen for the whole installation: at every refresh, and whenever the settings were changed. */
  *retune(): Work<void> {
    const settings = yield* loadSettings()
    this.#keepBefore()
    this.#now.accountQuiet = settings.quietHours
    this.#now.quiet = new WeakMap()
    this.#now.accountCaps = ruled(settings.caps, 'account', this.#now.folders)
    const versions = [...this.#now.campaigns.values()].flatMap(c => [...c.versions.values()])
    this.#now.capReach = reachOf([...settings.caps, ...versions.flatMap(v => v.graph.settings.caps)])
  }

  /** What the caps ask of a step that wants to send. Its campaign's own rules come first. */
  cappingOf({ standing }: LiveCampaign, { graph }: CompiledVersion, step: string): Capping {
    return cappingIn(graph, step, standing, this.#now)
  }

  /** What caps know a campaign by that has sent. */
  standingOf(campaignId: string): CapTerms {
    return this.#now.campaigns.get(campaignId)?.standing ?? ofNobody
  }

  /** What caps know all campaigns by: another text when a folder, a tag or a priority has changed. */
  get standings(): string {
    return JSON.stringify([...this.#now.campaigns.values()].map(({ id, standing }) => [id, standing]))
  }

  /**
   * The quiet hours of every level that holds for a step; null when there are none. Made ready once, because every send
   * asks.
   */
  quietOf(campaign: LiveCampaign, version: CompiledVersion, step: string): QuietFacts | null {
    const known = this.#now.quiet.get(version) ?? new Map<string, QuietFacts | null>()
    this.#now.quiet.set(version, known)
    const found = known.get(step)
    if (found !== undefined) return found
    const quiet = quietIn(version.graph, step, campaign.id, this.#now.accountQuiet)
    known.set(step, quiet)
    return quiet
  }

  /** Reads what was decided about experiments. */
  *readDecisions(): Work<void> {
    const rows = yield* allExperiments()
    this.#keepBefore()
    const known = new Map<string, Experiments>()
    for (const id of new Set(rows.map(row => row.campaignId))) {
      const live = this.#now.campaigns.get(id)?.live
      const mine = rows.filter(row => row.campaignId === id)
      const decided = live === undefined ? null : decidedIn(mine, live)
      if (decided !== null) known.set(id, decided)
    }
    this.#now.decided = known
  }

  /** Reads who is being taken out by hand. */
  *readRemovals(): Work<void> {
    const removing = (yield* removalsByHand()).map(
      ({ id, campaignId, step, leads, lastJourney, reason }): Removing => ({
        id,
        campaignId,
        step,
        leads: leads === null ? null : new Set(leads),
        lastJourney,
        reason,
      }),
    )
    this.#keepBefore()
    this.#now.removing = groupedBy(removing)
  }

  /** Is anybody being taken out by hand? */
  get isRemoving(): boolean {
    return this.#now.removing.size > 0
  }

  /**
   * The removal that a living journey belongs to and that has not come to it yet: it is sent nothing any more (law 14).
   */
  removalOf({
    id,
    campaignId,
    step,
    leadId,
  }: Pick<Journey, 'id' | 'campaignId' | 'step' | 'leadId'>): Removing | undefined {
    return this.#now.removing
      .get(campaignId)
      ?.find(
        r => id <= r.lastJourney && (r.step === null || r.step === step) && (r.leads === null || r.leads.has(leadId)),
      )
  }

  /** What was decided about the experiments of a campaign; null for nothing. */
  decidedIn(campaign: string): Experiments | null {
    return this.#now.decided.get(campaign) ?? null
  }

  /** Campaigns with an experiment in which something is to be decided. */
  get experimenting(): ReadonlySet<string> {
    return this.#now.index.experimenting
  }

  /** Campaigns with a step that leads take in turns. Where there is none, nobody reads whose turn it is. */
  get rotating(): readonly string[] {
    return this.#now.index.rotating
  }

  /** What conditions ask about what leads did, in versions that leads walk or may enter. */
  get asked(): Facts['events'] {
    return this.#now.index.asked
  }

  /** Are events of this name kept by lead, with all that came before? */
  keeps(event: string): boolean {
    return this.#now.kept.has(event)
  }

  /**
   * Do waits, exits or goals listen for events of this name, or conditions ask for them? Then they are kept by lead as
   * they come in.
   */
  keepsFromNow(event: string): boolean {
    return this.#now.kept.has(event) || this.#now.index.listened.has(event)
  }

  /** Events that waits, exits and goals listen for. */
  get listened(): ReadonlySet<string> {
    return this.#now.index.listened
  }

  /** From now on events of these names are not kept by lead any more. Nobody asks for them. */
  *forget(names: readonly string[]): Work<void> {
    yield* forgetNames(names)
    const kept = yield* keptNames()
    this.#keepBefore()
    this.#now.kept = kept
  }

  /** Names of which events are kept by lead. */
  get kept(): ReadonlySet<string> {
    return this.#now.kept
  }

  /** Does a step change lists, or a condition ask for one? Where none does, nobody reads who is on which. */
  get usesLists(): boolean {
    return this.#now.index.usesLists
  }

  /** The ids that leads may be called by. Where none was ever merged, nobody looks for other names. */
  get names(): Names {
    return this.#now.names
  }

  /** A lead is merged in this turn: from now on there are other names. */
  oneWasMerged(): void {
    this.#keepBefore()
    this.#now.names = 'all'
  }

  /** Campaigns that a step of some campaign executes. */
  get executed(): readonly LiveCampaign[] {
    return this.#now.index.executed
  }

  /** May a lead stand somewhere and wait for this event? */
  awaits(event: string): boolean {
    return this.#now.index.awaited.has(event)
  }

  /** Would anything come of this event? Internal events that nobody listens for are not made. */
  listensFor(event: string): boolean {
    return this.#now.index.heard.has(event) || this.#now.index.byGoal.has(event)
  }

  /**
   * Campaigns, whatever their status, that this event may send leads out of: by itself, or because a rule counts such
   * events.
   */
  exitedBy(event: string): readonly LiveCampaign[] {
    return this.#now.index.byExit.get(event) ?? []
  }

  /** Ids of the campaigns that ask their leads whenever an attribute changes. */
  get exitsOnChange(): ReadonlySet<string> {
    return this.#now.index.exitsOnChange
  }

  find(id: string): LiveCampaign | undefined {
    return this.#now.campaigns.get(id)
  }

  all(): Iterable<LiveCampaign> {
    return this.#now.campaigns.values()
  }

  /** Live campaigns that this event may let a lead into. */
  triggeredBy(event: string): readonly LiveCampaign[] {
    return this.#now.index.byTrigger.get(event) ?? []
  }

  /** Does a campaign that is not stopped listen to this, or a lead somewhere wait for it? */
  hears(name: string): boolean {
    return this.#now.index.heard.has(name)
  }

  /** The attributes whose change somebody listens to. */
  get attributes(): ReadonlySet<string> {
    return this.#now.index.attributes
  }

  /** Campaigns, whatever their status, for which this event may be a conversion. */
  aimingAt(event: string): readonly LiveCampaign[] {
    return this.#now.index.byGoal.get(event) ?? []
  }
}

function groupedBy(removing: readonly Removing[]): ReadonlyMap<string, readonly Removing[]> {
  const grouped = new Map<string, Removing[]>()
  for (const one of removing) grouped.set(one.campaignId, [...(grouped.get(one.campaignId) ?? []), one])
  return grouped
}

/** What the gates ask of a campaign. */
export function factsOf(
  registry: CampaignRegistry,
  campaign: LiveCampaign,
  version: CompiledVersion,
  step: string,
): CampaignFacts {
  return {
    mode: version.admits.mode,
    status: campaign.status,
    stepAllowed: isAllowed(version.graph, step),
    quiet: registry.quietOf(campaign, version, step),
    capping: registry.cappingOf(campaign, version, step),
  }
}
