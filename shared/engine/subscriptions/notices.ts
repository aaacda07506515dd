import { nameOf } from '../../graph/names'
import type { Note } from '../../journal'
import type { Json, JsonObject } from '../../json'
import type { Journey } from '../../store/journeys'
import { leadsById } from '../../store/leads'
import { insertNotices, type StoredNotice } from '../../store/notices'
import type { Work } from '../../store/work'
import { findNotice, heardFrom } from '../../subscriptions/notices'
import type { Lead } from '../../world'
import type { CampaignRegistry } from '../campaigns/registry'
import type { Env } from '../env'

/** What subscriptions hear by now: the names of the kinds, and those whose full form somebody asks for. */
export interface Wanted {
  readonly kinds: ReadonlySet<string>
  readonly full: ReadonlySet<string>
}

/** What is told of a change of a list's members. */
export const listNotices = { added: 'list.joined', removed: 'list.left' } as const

/** What a notice is about. A lead is named as it was when it happened. */
export interface Subject {
  readonly lead?: Lead | number
  readonly journey?: Journey
  readonly campaignId?: string
}

/** A notice as it was told; identifiers and full forms are looked up when the turn writes. */
interface Told {
  readonly kind: string
  readonly subject: Subject
  readonly data: JsonObject
  readonly more: JsonObject
}

/**
 * What one turn tells subscriptions, in the order in which it decides, and in its transaction (law 13): rolled back
 * with it, and none told of twice. There is no such
 * book where nobody subscribes to anything, and what nobody hears is not written.
 */
export class Notices {
  readonly #env: Pick<Env, 'ids' | 'epoch'>
  readonly #wanted: Wanted
  readonly #now: number
  #told: Told[] = []
  /** What this turn has written. */
  readonly written: StoredNotice[] = []

  constructor(env: Pick<Env, 'ids' | 'epoch'>, wanted: Wanted, now: number) {
    this.#env = env
    this.#wanted = wanted
    this.#now = now
  }

  hears(kind: string): boolean {
    return this.#wanted.kinds.has(kind)
  }

  /** Something happened. `more`: what the full form says beside its subject. */
  tell(kind: string, subject: Subject, data: JsonObject = {}, more: JsonObject = {}): void {
    if (this.#wanted.kinds.has(kind)) this.#told.push({ kind, subject, data, more })
  }

  /** A journey's journal goes on: what is to be heard of it. */
  note(journey: Journey, notes: readonly Note[]): void {
    for (const note of notes) {
      const hearing = heardFrom.get(note.is)
      if (hearing === undefined) continue
      for (const { kind, read } of hearing) {
        const data = this.#wanted.kinds.has(kind.name) ? read(note) : null
        if (data !== null) this.#told.push({ kind: kind.name, subject: { journey }, data, more: {} })
      }
    }
  }

  /** A lead is another by now. Null: it was nobody before. */
  leadChanged(before: Lead | null, after: Lead): void {
    if (before === null) {
      this.tell('lead.created', { lead: after })
      return
    }
    if (!this.hears('lead.changed')) return
    const fields = changedFields(before, after)
    if (fields.length === 0) return
    const old: Record<string, Json> = {}
    for (const field of fields) old[field] = field === 'zone' ? before.zone : (before.attributes[field] ?? null)
    this.tell('lead.changed', { lead: after }, { fields }, { before: old })
  }

  /** Writes what was told, at the end of the turn. Leads that the turn did not know are read. */
  *write(known: (id: number) => Lead | undefined, registry: Pick<CampaignRegistry, 'find'>): Work<void> {
    const told = this.#told
    if (told.length === 0) return
    this.#told = []
    const missing = new Set<number>()
    for (const { subject } of told) {
      const id = leadIdOf(subject)
      if (typeof id === 'number' && known(id) === undefined) missing.add(id)
    }
    const read = new Map<number, Lead>()
    if (missing.size > 0) for (const lead of yield* leadsById([...missing])) read.set(lead.id, lead)
    const leadOf = (subject: Subject): Lead | undefined => {
      if (typeof subject.lead === 'object') return subject.lead
      const id = leadIdOf(subject)
      return id === undefined ? undefined : (known(id) ?? read.get(id))
    }
    const rows = told.map(each => this.#rowOf(each, leadOf(each.subject), registry))
    yield* insertNotices(rows)
    this.written.push(...rows)
  }

  #rowOf(
    { kind, subject, data, more }: Told,
    lead: Lead | undefined,
    registry: Pick<CampaignRegistry, 'find'>,
  ): StoredNotice {
    const { journey } = subject
    const campaignId = journey?.campaignId ?? subject.campaignId ?? null
    const seq = this.#env.ids.notice()
    const ids: Record<string, Json> = {}
    if (lead !== undefined) ids['leadId'] = lead.externalId
    if (campaignId !== null) ids['campaignId'] = campaignId
    if (journey !== undefined) {
      ids['campaignVersion'] = journey.version
      ids['journeyId'] = journey.id
    }
    const thin: JsonObject = { ...ids, ...data }
    return {
      seq,
      id: `evt_${this.#env.epoch}_${seq}`,
      kind,
      at: this.#now,
      leadId: lead?.id ?? null,
      subject: lead?.externalId ?? campaignId,
      campaignId,
      data: thin,
      full: this.#wanted.full.has(kind)
        ? { ...thin, ...fullOf(kind, thin, lead, journey, registry, campaignId), ...more }
        : null,
    }
  }
}

/** What the identifiers stand for, as the kind's schema says. */
function fullOf(
  kind: string,
  thin: JsonObject,
  lead: Lead | undefined,
  journey: Journey | undefined,
  registry: Pick<CampaignRegistry, 'find'>,
  campaignId: string | null,
): JsonObject {
  const full: Record<string, Json> = {}
  if (lead !== undefined) {
    full['attributes'] = lead.attributes
    full['zone'] = lead.zone
  }
  if (campaignId === null) return full
  const campaign = registry.find(campaignId)
  full['campaignName'] = campaign?.name ?? campaignId
  if (findNotice(kind)?.about !== 'step') return full
  const step = String(thin['stepId'])
  const version = journey === undefined ? undefined : campaign?.versions.get(journey.version)
  full['stepName'] = version === undefined ? step : nameOf(step, version)
  return full
}

function leadIdOf({ lead, journey }: Subject): number | undefined {
  if (typeof lead === 'number') return lead
  return lead?.id ?? journey?.leadId
}

function changedFields(before: Lead, after: Lead): string[] {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)])
  const changed = [...names].filter(
    name => JSON.stringify(before.attributes[name]) !== JSON.stringify(after.attributes[name]),
  )
  return before.zone === after.zone ? changed : [...changed, 'zone']
}
