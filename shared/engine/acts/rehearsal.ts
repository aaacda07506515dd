import type { Outcome, Rehearsal } from '../../api/versions'
import { explain } from '../../explain/explain'
import { choiceFor, type Plan } from '../../graph/migration'
import { nameOf } from '../../graph/names'
import type { Note } from '../../journal'
import { countsByVersion } from '../../store/counts'
import type { Ids } from '../../store/ids'
import { activeAfter, type Journey } from '../../store/journeys'
import type { Work } from '../../store/work'
import type { LiveCampaign } from '../campaigns/live'
import type { CampaignRegistry } from '../campaigns/registry'
import type { CompiledVersion } from '../campaigns/version'
import { Admission } from '../entry/admission'
import type { Env } from '../env'
import { know, leadsOf, nobody } from '../facts'
import { contend } from '../send/contend'
import { HostQueues } from '../send/host-queues'
import { Receivers } from '../send/receivers'
import type { Turn } from '../turn'
import { UnitOfWork } from '../work/unit'
import { carryOut, waitingIn } from './migration'

/**
 * A dry run of a migration: the same plan, carried out by the same code, in a unit of work that nobody writes, with the
 * registry as it will be then. So the history, lists and caps that the new version alone asks for are loaded. Nothing
 * is stored and nothing leaves; hosts are taken to be well and rates to have room.
 */

/** The oldest journeys of the campaign, looked at for examples; and how many of them for one choice. */
const LOOKED_AT = 5000
const EXAMPLES = 50

/** What the plan would do: to how many, by the counters; and what would come next, by trying it out on some of them. */
export function* rehearse(
  { env, registry }: { readonly env: Env; readonly registry: CampaignRegistry },
  campaign: LiveCampaign,
  to: CompiledVersion,
  plan: Plan,
): Work<Rehearsal> {
  const turn = scratch(env, yield* registry.including(campaign, to))
  const waiting = waitingIn(yield* countsByVersion(campaign.id))
  const all = yield* activeAfter(campaign.id, { after: 0, upTo: Number.MAX_SAFE_INTEGER }, LOOKED_AT)
  const rehearsal = { to: to.version, moved: 0, exited: 0, finishing: 0, steps: [] as Rehearsal['steps'] }
  for (const version of [...campaign.versions.values()].filter(v => v.version < to.version).reverse())
    for (const [step, n] of waiting.get(version.version) ?? []) {
      const choice = choiceFor(plan, version.version, step)
      if (n === 0) continue
      if (choice.as === 'finish') {
        rehearsal.finishing += n
        continue
      }
      if (choice.as === 'exit') rehearsal.exited += n
      else rehearsal.moved += n
      const some = all.filter(j => j.version === version.version && j.step === step).slice(0, EXAMPLES)
      const leads = leadsOf(some)
      yield* know(turn, { leads, journeys: leads.map(leadId => ({ leadId, version: to })), entering: nobody })
      for (const journey of some) carryOut(turn, journey, choice, to, 0)
      // Calls that caps may keep back are decided when all of them are there; an answer may ask for one more.
      while (yield* contend(turn));
      rehearsal.steps.push({
        version: version.version,
        step,
        name: nameOf(step, version),
        as: choice.as,
        waiting: n,
        looked: some.length,
        outcomes: outcomesOf(turn, some, { version, to }),
      })
    }
  return rehearsal
}

/** A turn whose unit of work is thrown away: ids of its own, and hosts of its own that have a place for everybody. */
function scratch(env: Env, registry: CampaignRegistry): Turn {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  const apart: Env = { ...env, ids: countingFrom(1), log: silent }
  const room = Number.MAX_SAFE_INTEGER
  const queues = new HostQueues(
    { room, isOpen: true, startedAt: env.clock.now(), originOf: env.originOf },
    new Receivers(),
  )
  const unit = new UnitOfWork(apart, queues, registry)
  unit.mayCall = true
  return { env: apart, registry, unit, admission: new Admission(apart, registry, unit) }
}

function countingFrom(first: number): Ids {
  let last = first - 1
  const next = () => ++last
  const ids = { lead: next, journey: next, task: next, touch: next, outboxItem: next, arrival: next, conversion: next }
  return { ...ids, notice: next }
}

/** What became of them, most frequent first. */
function outcomesOf(
  { unit }: Turn,
  loaded: readonly Journey[],
  { version, to }: { readonly version: CompiledVersion; readonly to: CompiledVersion },
): Outcome[] {
  const outcomes = new Map<string, Outcome>()
  for (const before of loaded) {
    const journey = unit.journey(before)
    const notes = unit.notesOf(journey)
    const what = whatOf(journey, notes)
    const key = `${what} ${journey.step}`
    const known = outcomes.get(key)
    if (known !== undefined) {
      outcomes.set(key, { ...known, leads: known.leads + 1 })
      continue
    }
    const lead = unit.lead(journey.leadId)
    const { graph } = journey.version === to.version ? to : version
    const about = { graph, zone: lead.zone ?? graph.settings.zone }
    // The send that is not made has no id that anybody could look up.
    const last = notes.findLast(note => note.is !== 'calls')
    const text = last === undefined ? '' : explain({ ...last, at: unit.now }, about)
    const example = { lead: lead.externalId, text }
    outcomes.set(key, { what, step: journey.step, name: nameOf(journey.step, { graph }), leads: 1, example })
  }
  return [...outcomes.values()].sort((a, b) => b.leads - a.leads)
}

function whatOf({ status }: Journey, notes: readonly Note[]): Outcome['what'] {
  if (status === 'finished') return 'finishes'
  if (status === 'exited') return 'leaves'
  if (status === 'failed') return 'fails'
  const last = notes.at(-1)
  if (last?.is === 'migrated') return 'keeps-waiting'
  if (last?.is === 'calls') return 'sends'
  return last?.is === 'gate' ? 'held' : 'waits'
}
