import { factsOfGraph } from '../../graph/conditions'
import { exitRulesOf } from '../../graph/exits'
import { judgesFirstEntries } from '../../graph/experiments'
import { usesIn, withLibrary } from '../../graph/library'
import { type Graph, intakeOf, isAllowed } from '../../graph/schema'
import { usesOf } from '../../graph/uses'
import { type Compiled, prepare } from '../../journey/journey'
import { LawBroken } from '../../problems'
import type { Pause } from '../../rules/after-pause'
import type { Cap, Capping, CapRule, Standing } from '../../rules/caps'
import type { ClosedPort } from '../../rules/closed-ports'
import { cohortLength } from '../../rules/cohorts'
import { allEvents, type Facts } from '../../rules/conditions'
import { hasLimits, isOpen } from '../../rules/entrance'
import { asksOnChange, type ExitRules, exitEvents, exitHistory } from '../../rules/exits'
import type { Experiments } from '../../rules/experiments'
import { type Fields, fieldsOf } from '../../rules/fields'
import type { CampaignFacts, QuietFacts } from '../../rules/gates/gate'
import { definitionOf, type Goal } from '../../rules/goals'
import type { Intake } from '../../rules/mode'
import { type Folder, programOf, waysUp } from '../../rules/programs'
import type { QuietHours } from '../../rules/quiet'
import { levelsOf, sayLevels } from '../../rules/quiet-levels'
import { listensTo } from '../../rules/ways-in'
import { findKind, kindOf } from '../../steps/index'
import { loadSurroundings, type Surroundings } from '../../store/around'
import { allCampaigns, allVersions, type StoredCampaign, type StoredVersion } from '../../store/campaigns'
import { versionKey, versionsWithLeads } from '../../store/counts'
import { allExperiments } from '../../store/experiments'
import { loadFields } from '../../store/fields'
import { allGoals, type StoredGoal } from '../../store/goals'
import { forgetNames, keepFromNow, keepNames, keptNames } from '../../store/history'
import type { Journey } from '../../store/journeys'
import { type Names, namesInUse } from '../../store/leads'
import { removalsByHand } from '../../store/removals'
import { loadSettings } from '../../store/settings'
import type { Work } from '../../store/work'
import { plainMs } from '../../time/duration'
import type { Program } from '../../world'
import type { Book } from '../turns'
import { decidedIn, splitsOf } from './experiments'

/** A published version, compiled. */
export interface CompiledVersion {
  readonly version: number
  /** With the parts that it takes from the webhook library. */
  readonly graph: Graph
  /** Which revisions of library webhooks it was compiled with; empty when it uses none. */
  readonly taken: string
  /** By step: the library webhook that it takes parts from. */
  readonly takes: ReadonlyMap<string, { readonly name: string; readonly revision: number }>
  readonly compiled: Compiled
  readonly publishedAt: number
  /** When the campaign's first version was: events from before do not let anybody in. */
  readonly firstPublishedAt: number
  /** Whom it lets in. */
  readonly admits: Intake
  /** Steps in which a lead hears events, and the names of those events. */
  readonly hears: { readonly steps: ReadonlySet<string>; readonly events: ReadonlySet<string> }
  /** What takes leads out of it; undefined: nothing. */
  readonly exits: ExitRules | undefined
  /** Events that its exits count: leads are asked after each. */
  readonly exitHistory: ReadonlySet<string>
  /** What its conditions have to know of a lead. */
  readonly facts: Facts
  /** Everybody may enter every time: admission asks nothing. */
  readonly isOpen: boolean
  /** Who enters for the first time is known, because experiments are judged by it. */
  readonly judgesFirst: boolean
  /** There are limits to how many enter. */
  readonly counts: boolean
}

/** A goal by which conversions are counted now. */
export interface LiveGoal {
  /** Names its counters and its conversions (store/goals.ts). */
  readonly key: number
  readonly isPrimary: boolean
  readonly goal: Goal
}

/** A campaign that was launched at least once, with every version that leads may still walk. */
export interface LiveCampaign {
  readonly id: string
  readonly name: string
  readonly status: 'live' | 'paused' | 'stopped'
  readonly emptying: boolean
  /** Why it was stopped; empty when nobody said, or it is not. */
  readonly stopReason: string
  /** Requests wait in its entry queue for its drain rate. */
  readonly drains: boolean
  /** The last pause that is over: what fell due in it is late. */
  readonly pause: Pause | null
  /** The folder that it lies in, for its templates. */
  readonly program: Program | null
  /** What caps know it by. */
  readonly standing: Standing
  readonly live: CompiledVersion
  /** Of the live version, the primary one first; they count for journeys of every version. */
  readonly goals: readonly LiveGoal[]
  /** How long a cohort of its experiments lasts (ms); null where no version splits leads (shared/rules/cohorts.ts). */
  readonly cohort: number | null
  readonly versions: ReadonlyMap<number, CompiledVersion>
}

/** Leads who are being taken out of a campaign by hand, some hundreds a turn: see store/removals.ts. */
export interface Removing {
  readonly id: number
  readonly campaignId: string
  readonly step: string | null
  readonly leads: ReadonlySet<number> | null
  readonly lastJourney: number
  readonly reason: string
}

function groupedBy(removing: readonly Removing[]): ReadonlyMap<string, readonly Removing[]> {
  const grouped = new Map<string, Removing[]>()
  for (const one of removing) grouped.set(one.campaignId, [...(grouped.get(one.campaignId) ?? []), one])
  return grouped
}

/** All that is known of them at one time. */
interface Known {
  capReach: number
  accountCaps: readonly CapRule[]
  folders: ReadonlyMap<string, Folder>
  fields: Fields
  campaigns: ReadonlyMap<string, LiveCampaign>
  byTrigger: ReadonlyMap<string, readonly LiveCampaign[]>
  byGoal: ReadonlyMap<string, readonly LiveCampaign[]>
  byExit: ReadonlyMap<string, readonly LiveCampaign[]>
  exitsOnChange: ReadonlySet<string>
  awaited: ReadonlySet<string>
  usesLists: boolean
  names: Names
  /** Versions with leads under way, by `versionKey`. */
  walked: ReadonlySet<string>
  asked: Facts['events']
  kept: ReadonlySet<string>
  listened: ReadonlySet<string>
  executed: readonly LiveCampaign[]
  heard: ReadonlySet<string>
  attributes: ReadonlySet<string>
  decided: ReadonlyMap<string, Experiments>
  experimenting: ReadonlySet<string>
  rotating: readonly string[]
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
    byTrigger: new Map(),
    byGoal: new Map(),
    byExit: new Map(),
    exitsOnChange: new Set(),
    awaited: new Set(),
    usesLists: false,
    names: 'all',
    walked: new Set(),
    asked: new Map(),
    kept: new Set(),
    listened: new Set(),
    executed: [],
    heard: new Set(),
    attributes: new Set(),
    decided: new Map(),
    experimenting: new Set(),
    rotating: [],
    removing: new Map(),
    accountQuiet: null,
    quiet: new WeakMap(),
  }
}

/**
 * The launched campaigns, in memory: every batch asks them. One process owns the database, and it refreshes this in the same turn in which it
 * launches, pauses or stops a campaign.
 */
export class CampaignRegistry implements Book {
  #now: Known
  /** What it knew before the turn that changed it; undefined: no turn has. */
  #before: Known | undefined

  /** `closedPort`: left out where the operator has closed none. */
  constructor(
    readonly closedPort?: ClosedPort,
    known = nobodyKnown(),
  ) {
    this.#now = known
  }

  /** This registry as the last turn left it, and as it stays: for whoever reads while turns go on. */
  asCommitted(): CampaignRegistry {
    return new CampaignRegistry(this.closedPort, this.#before ?? this.#now)
  }

  committed(): void {
    this.#before = undefined
  }

  rolledBack(): void {
    if (this.#before !== undefined) this.#now = this.#before
    this.#before = undefined
  }

  /** Called by whatever changes what is known: the turn gets a copy of its own. Its maps are replaced, and never changed. */
  #keepBefore(): void {
    if (this.#before !== undefined) return
    this.#before = this.#now
    this.#now = { ...this.#now }
  }

  /** How far back caps look, those of any campaign and of the installation, in ms, with days to spare for calendar days. 0: there are none. */
  get capReach(): number {
    return this.#now.capReach
  }

  /** The types of lead fields, as the last refresh read them. */
  get fields(): Fields {
    return this.#now.fields
  }

  /** Reads all campaigns, versions and lead fields. Compiles only versions that are new, or use a library webhook that was changed. */
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
    this.#index()
    yield* keepNames([...this.#now.asked.keys()])
    yield* keepFromNow([...this.#now.listened])
    this.#now.kept = yield* keptNames()
    this.#now.names = yield* namesInUse()
    yield* this.readDecisions()
    yield* this.readRemovals()
    yield* this.retune()
  }

  /**
   * This registry as it will be once this version is the live one, for a dry run: what it asks is loaded, though nobody has published it. It stays as it is.
   * What a version that is live already asks is known.
   */
  *including(campaign: LiveCampaign, version: CompiledVersion): Work<CampaignRegistry> {
    if (campaign.live === version) return this
    const next = new CampaignRegistry(this.closedPort)
    next.#now.campaigns = new Map(this.#now.campaigns).set(campaign.id, published(campaign, version))
    next.#now.folders = this.#now.folders
    next.#now.walked = this.#now.walked
    next.#now.fields = this.#now.fields
    next.#now.kept = this.#now.kept
    next.#now.names = this.#now.names
    next.#index()
    yield* next.readDecisions()
    yield* next.retune()
    return next
  }

  /** What every batch asks of all campaigns together, drawn from them. */
  #index(): void {
    this.#now.byTrigger = groupBy(this.#now.campaigns, c => waysOf(c).map(listensTo))
    this.#now.byGoal = groupBy(this.#now.campaigns, c => c.goals.map(({ goal }) => goal.event))
    this.#now.byExit = groupBy(this.#now.campaigns, c =>
      exitsOf(c).flatMap(rules => [...exitEvents(rules), ...exitHistory(rules)]),
    )
    this.#now.exitsOnChange = new Set(
      [...this.#now.campaigns.values()].filter(c => exitsOf(c).some(asksOnChange)).map(c => c.id),
    )
    const walked = [...this.#now.campaigns.values()].flatMap(c => [...c.versions.values()])
    this.#now.awaited = new Set(walked.flatMap(v => [...v.hears.events]))
    const open = [...this.#now.campaigns.values()].filter(c => c.status !== 'stopped').flatMap(waysOf)
    this.#now.heard = new Set([...open.map(listensTo), ...this.#now.awaited])
    this.#now.listened = new Set([...this.#now.awaited, ...this.#now.byGoal.keys(), ...this.#now.byExit.keys()])
    this.#now.attributes = new Set(open.flatMap(way => (way.on === 'attribute' ? [way.attribute] : [])))
    this.#now.usesLists = walked.some(v => usesOf(v.graph).some(use => use.what === 'list'))
    this.#now.asked = allEvents(
      [...this.#now.campaigns.values()].flatMap(c => inUse(c, this.#now.walked).map(v => v.facts.events)),
    )
    this.#now.experimenting = new Set([...this.#now.campaigns.values()].filter(isExperimenting).map(c => c.id))
    this.#now.rotating = [...this.#now.campaigns.values()]
      .filter(c => [...c.versions.values()].some(rotates))
      .map(c => c.id)
    const executes = new Set(walked.flatMap(v => usesOf(v.graph).flatMap(u => (u.asks === 'execution' ? [u.id] : []))))
    this.#now.executed = [...this.#now.campaigns.values()].filter(c => executes.has(c.id))
  }

  /** Reads what was chosen for the whole installation: at every refresh, and whenever the settings were changed. */
  *retune(): Work<void> {
    const settings = yield* loadSettings()
    this.#keepBefore()
    this.#now.accountQuiet = settings.quietHours
    this.#now.quiet = new WeakMap()
    this.#now.accountCaps = this.#ruled(settings.caps, 'account')
    const versions = [...this.#now.campaigns.values()].flatMap(c => [...c.versions.values()])
    const caps = [...this.#now.accountCaps.map(rule => rule.cap), ...versions.flatMap(v => v.graph.settings.caps)]
    this.#now.capReach = Math.max(0, ...caps.map(reachOf))
  }

  /** What the caps ask of a step that wants to send. Its campaign's own rules come first. */
  cappingOf({ standing }: LiveCampaign, { graph }: CompiledVersion, step: string): Capping {
    const { caps, whenCapped, deferAtMost } = graph.settings
    const rules =
      caps.length === 0 ? this.#now.accountCaps : [...this.#ruled(caps, 'campaign'), ...this.#now.accountCaps]
    const { kind = '', config = {} } = graph.steps[step] ?? {}
    const isFree = findKind(kind)?.caps?.(config) === 'ignore'
    const ignoredBy = standing.capped !== 'obeys' ? 'campaign' : isFree ? 'step' : null
    return { rules, standing, ignoredBy, whenCapped, deferAtMost }
  }

  /** What caps know a campaign by that has sent. */
  standingOf(campaignId: string): Standing {
    return this.#now.campaigns.get(campaignId)?.standing ?? unknown
  }

  /** What caps know all campaigns by: another text when a folder, a tag or a priority has changed. */
  get standings(): string {
    return JSON.stringify([...this.#now.campaigns.values()].map(({ id, standing }) => [id, standing]))
  }

  #ruled(caps: readonly Cap[], level: CapRule['level']): readonly CapRule[] {
    return caps.map(cap => ({ cap, level, name: this.#nameIn(cap) }))
  }

  #nameIn({ of }: Cap): string {
    if (of.what === 'folder') return this.#now.folders.get(of.folder)?.name ?? of.folder
    return of.what === 'tag' ? of.tag : ''
  }

  /** The quiet hours of every level that holds for a step; null when there are none. Made ready once, because every send asks. */
  quietOf(campaign: LiveCampaign, version: CompiledVersion, step: string): QuietFacts | null {
    const known = this.#now.quiet.get(version) ?? new Map<string, QuietFacts | null>()
    this.#now.quiet.set(version, known)
    const found = known.get(step)
    if (found !== undefined) return found
    const { kind = '', config = {} } = version.graph.steps[step] ?? {}
    const choice = findKind(kind)?.quiet?.(config) ?? { as: 'campaign' }
    const levels = levelsOf(this.#now.accountQuiet, version.graph.settings.quietHours, choice)
    const quiet = levels.length === 0 ? null : { levels, said: sayLevels(levels), campaign: campaign.id, step }
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

  /** The removal that a living journey belongs to and that has not come to it yet: it is sent nothing any more (law 14). */
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
    return this.#now.experimenting
  }

  /** Campaigns with a step that leads take in turns. Where there is none, nobody reads whose turn it is. */
  get rotating(): readonly string[] {
    return this.#now.rotating
  }

  /** What conditions ask about what leads did, in versions that leads walk or may enter. */
  get asked(): Facts['events'] {
    return this.#now.asked
  }

  /** Are events of this name kept by lead, with all that came before? */
  keeps(event: string): boolean {
    return this.#now.kept.has(event)
  }

  /** Do waits, exits or goals listen for events of this name, or conditions ask for them? Then they are kept by lead as they come in. */
  keepsFromNow(event: string): boolean {
    return this.#now.kept.has(event) || this.#now.listened.has(event)
  }

  /** Events that waits, exits and goals listen for. */
  get listened(): ReadonlySet<string> {
    return this.#now.listened
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
    return this.#now.usesLists
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
    return this.#now.executed
  }

  /** May a lead stand somewhere and wait for this event? */
  awaits(event: string): boolean {
    return this.#now.awaited.has(event)
  }

  /** Would anything come of this event? Internal events that nobody listens for are not made. */
  listensFor(event: string): boolean {
    return this.#now.heard.has(event) || this.#now.byGoal.has(event)
  }

  /** Campaigns, whatever their status, that this event may send leads out of: by itself, or because a rule counts such events. */
  exitedBy(event: string): readonly LiveCampaign[] {
    return this.#now.byExit.get(event) ?? []
  }

  /** Ids of the campaigns that ask their leads whenever an attribute changes. */
  get exitsOnChange(): ReadonlySet<string> {
    return this.#now.exitsOnChange
  }

  find(id: string): LiveCampaign | undefined {
    return this.#now.campaigns.get(id)
  }

  all(): Iterable<LiveCampaign> {
    return this.#now.campaigns.values()
  }

  /** Live campaigns that this event may let a lead into. */
  triggeredBy(event: string): readonly LiveCampaign[] {
    return this.#now.byTrigger.get(event) ?? []
  }

  /** Does a campaign that is not stopped listen to this, or a lead somewhere wait for it? */
  hears(name: string): boolean {
    return this.#now.heard.has(name)
  }

  /** The attributes whose change somebody listens to. */
  get attributes(): ReadonlySet<string> {
    return this.#now.attributes
  }

  /** Campaigns, whatever their status, for which this event may be a conversion. */
  aimingAt(event: string): readonly LiveCampaign[] {
    return this.#now.byGoal.get(event) ?? []
  }
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

function assemble(
  campaign: StoredCampaign,
  versions: readonly StoredVersion[],
  around: Surroundings,
  old: LiveCampaign | undefined,
): Omit<LiveCampaign, 'goals'> | undefined {
  const { id, name, status, emptying, pause, stop } = campaign
  const stopReason = stop?.reason ?? ''
  if (campaign.liveVersion === null || status === 'draft') return undefined
  const mine = versions.filter(v => v.campaignId === campaign.id)
  const current = (v: StoredVersion) => {
    const known = old?.versions.get(v.version)
    const taken = sayTaken(v.graph, around)
    return known?.taken === taken ? known : compileVersion(v, mine[0] ?? v, around, taken)
  }
  const compiled = new Map(mine.map(v => [v.version, current(v)]))
  const live = compiled.get(campaign.liveVersion)
  const drains = live?.graph.settings.entrance.perMinute != null
  const program = programOf(around.folders, campaign.programId)
  if (live === undefined) return undefined
  const standing = standingIn(live, around.folders, campaign.programId)
  const splits = [...compiled.values()].some(version => splitsOf(version).length > 0)
  const cohort = splits ? cohortLength(live.graph.settings.goals) : null
  return { id, name, status, emptying, stopReason, drains, pause, program, standing, live, cohort, versions: compiled }
}

/** The campaign as publishing this version leaves it; goals count for leads later, and are not asked by a dry run. */
function published(campaign: LiveCampaign, version: CompiledVersion): LiveCampaign {
  const { tags, capped, priority } = version.graph.settings
  const standing = { ...campaign.standing, tags, capped, priority }
  const versions = new Map(campaign.versions).set(version.version, version)
  return { ...campaign, status: 'live', emptying: false, stopReason: '', standing, live: version, versions }
}

function goalsIn({ settings }: Graph, campaignId: string, stored: readonly StoredGoal[]): readonly LiveGoal[] {
  return settings.goals.flatMap((goal, i) => {
    const text = definitionOf(goal)
    const row = stored.find(s => s.campaignId === campaignId && s.goal === goal.id && s.definition === text)
    return row === undefined ? [] : [{ key: row.id, isPrimary: i === 0, goal }]
  })
}

function standingIn({ graph }: CompiledVersion, folders: Surroundings['folders'], programId: string | null): Standing {
  const { tags, capped, priority } = graph.settings
  return { tags, capped, priority, folders: waysUp(folders, programId).map(f => f.id) }
}

/** A campaign that is not there any more obeyed, and is about nothing. */
const unknown: Standing = { tags: [], folders: [], capped: 'obeys', priority: 5 }

function sayTaken(graph: Graph, { webhooks }: Surroundings): string {
  return usesIn(graph)
    .map(({ webhook }) => `${webhook}@${webhooks.get(webhook)?.revision ?? 'gone'}`)
    .join(' ')
}

/** A draft as the version that it would become, for a dry run. Its problems have been asked: throws where a launch would be refused. */
export function* compileDraft(draft: StoredVersion, first: StoredVersion): Work<CompiledVersion> {
  return compileVersion(draft, first, yield* loadSurroundings(), '')
}

function compileVersion(
  { campaignId, version, graph: published, publishedAt }: StoredVersion,
  first: StoredVersion,
  { library, webhooks }: Surroundings,
  taken: string,
): CompiledVersion {
  const graph = withLibrary(published, library)
  const admits = intakeOf(graph)
  const exits = exitRulesOf(graph)
  if (admits === undefined)
    throw new LawBroken(8, `version ${version} of campaign ${campaignId} was published without a way in`)
  return {
    version,
    graph,
    taken,
    takes: new Map(
      usesIn(published).flatMap(({ step, webhook }) => {
        const found = webhooks.get(webhook)
        return found === undefined ? [] : [[step, found] as const]
      }),
    ),
    admits,
    isOpen: graph.settings.entry.rule === 'every-time' && isOpen(graph.settings.entrance),
    judgesFirst: judgesFirstEntries(graph),
    counts: hasLimits(graph.settings.entrance.limits),
    compiled: prepare(graph, campaignId),
    publishedAt,
    firstPublishedAt: first.publishedAt,
    hears: hearingOf(graph),
    exits,
    exitHistory: exits === undefined ? new Set() : exitHistory(exits),
    facts: factsOfGraph(graph),
  }
}

function hearingOf(graph: Graph): CompiledVersion['hears'] {
  const hearing = Object.entries(graph.steps).flatMap(([id, { kind, config }]) => {
    const events = kindOf(kind).listens?.(config)
    return events === undefined ? [] : [{ id, events }]
  })
  return { steps: new Set(hearing.map(h => h.id)), events: new Set(hearing.flatMap(h => h.events)) }
}

/** Versions that a lead walks or may enter. The others decide nothing any more: their conditions need no facts. */
function inUse({ id, status, live, versions }: LiveCampaign, walked: ReadonlySet<string>): readonly CompiledVersion[] {
  return [...versions.values()].filter(
    v => (v === live && status !== 'stopped') || walked.has(versionKey(id, v.version)),
  )
}

function isExperimenting({ live }: LiveCampaign): boolean {
  return splitsOf(live).some(({ decide }) => decide.as !== 'keep')
}

function rotates(version: CompiledVersion): boolean {
  return splitsOf(version).some(({ draw }) => draw === 'rotation')
}

function exitsOf({ versions }: LiveCampaign): readonly ExitRules[] {
  return [...versions.values()].flatMap(v => v.exits ?? [])
}

function waysOf({ live: { admits } }: LiveCampaign) {
  return admits.mode === 'trigger' ? admits.ways : []
}

function reachOf({ amount, unit }: Cap): number {
  const day = plainMs('P1D')
  const lengths = { minutes: 60_000, days: day, weeks: 7 * day }
  return amount * lengths[unit] + 2 * day
}

function groupBy(campaigns: ReadonlyMap<string, LiveCampaign>, keysOf: (c: LiveCampaign) => readonly string[]) {
  const groups = new Map<string, LiveCampaign[]>()
  for (const campaign of campaigns.values())
    for (const key of new Set(keysOf(campaign))) groups.set(key, [...(groups.get(key) ?? []), campaign])
  return groups
}
