import { nameOf, portLabel } from '../graph/names'
import type { Graph } from '../graph/schema'
import type { JournalEntry } from '../journal'
import { END_OF_WAY } from '../journey/end-of-way'
import { never } from '../json'
import { sayMostLate } from '../rules/after-pause'
import { BUCKETS } from '../rules/assignment'
import { explainCondition } from '../rules/conditions'
import { exitKind } from '../rules/exits'
import { sayWindow } from '../rules/goals'
import type { internalEvents } from '../rules/internal-events'
import { sayMoney } from '../rules/money'
import { profiles } from '../rules/profiles'
import { sayAhead } from '../rules/statistics/winner'
import { findKind } from '../steps'
import { sayMs, sayOn, saySoon, sayWithZone } from '../time/say'
import { sayCount } from '../values/say'
import { explainGate } from './gate'
import { after, sentence, shown } from './words'

/**
 * The journal in words: what happened, why, with the values that were seen. Pure, so that the server (journeys of the API), the simulator and
 * the editor's dry run tell the same story. The switch is complete by type: an entry kind without a sentence does not compile.
 */

/** What a sentence needs beside its entry: the graph that the journey walks (for names) and the lead's zone (for instants). */
export interface About {
  readonly graph: Graph
  readonly zone: string
}

type EntryOf<K extends JournalEntry['is']> = Extract<JournalEntry, { is: K }>

/** One entry as one sentence: `Held until 08:00 (Asia/Seoul): quiet hours 22:00-08:00.` */
export function explain(entry: JournalEntry, about: About): string {
  switch (entry.is) {
    case 'started':
      return explainStarted(entry)
    case 'entered':
      return `Came to "${nameOf(entry.step, about)}".`
    case 'left':
      return explainLeft(entry, about)
    case 'decided':
      return `Took ${portLabel(entry.step, entry.port, about)}: ${sentence(explainCondition(entry.seen))}`
    case 'assigned':
      return explainAssigned(entry, about)
    case 'waits':
      return `Waits until ${sayWithZone(entry.until, entry.zone, entry.at)}: ${sentence(entry.what)}`
    case 'heard':
      return explainHeard(entry, about)
    case 'passed-over':
      return `Not ${portLabel(entry.step, entry.port, about)}: ${sentence(explainCondition(entry.seen))}`
    case 'listed':
      return explainListed(entry)
    case 'emitted':
      return `Sent the event "${entry.event}"${explainProperties(entry.properties)}.`
    case 'requested':
      return entry.done
        ? `Requested "${entry.campaign}": ${sentence(entry.reason)}`
        : `Did not enter "${entry.campaign}": ${sentence(entry.reason)}`
    case 'withdrawn':
      return `${entry.done ? 'Removed' : 'Not removed'} from "${entry.campaign}": ${sentence(entry.reason)}`
    case 'executed':
      return `${entry.qualified ? 'Executed' : 'Did not qualify for'} "${entry.campaign}": ${sentence(entry.reason)}`
    case 'noted':
      return sentence(entry.what)
    case 'gate':
      return explainGate(entry, { at: entry.at, zone: about.zone })
    case 'queued':
      return `Waits in line for ${entry.host}: calls of priority ${entry.first} go first, and this one has ${entry.level}.`
    case 'calls':
      return `Sent${defaultsOf(entry)}. Quiet hours, caps and limits allowed it (webhook-id ${entry.webhookId}).`
    case 'taken-back':
      return takenBack[entry.why](entry)
    case 'interrupted':
      return `Attempt ${entry.n} was cut off, because Hookline stopped: it may have arrived. It is made again under the same webhook-id.`
    case 'attempt':
      return explainAttempt(entry, about)
    case 'resent':
      return explainResent(entry)
    case 'resend-ended':
      return explainResendEnded(entry)
    case 'replied':
      return replies[entry.reply] + after(entry.reason)
    case 'mapped':
      return entry.refused === null
        ? `Kept ${entry.path} of the answer as ${entry.field}: ${sentence(shown(entry.value))}`
        : `Left ${entry.field} as it was: ${sentence(`${entry.refused} (${entry.path})`)}`
    case 'updated':
      return explainUpdated(entry)
    case 'converted':
      return explainConverted(entry, about)
    case 'exits':
      return explainExit(entry)
    case 'late':
      return explainLate(entry, about)
    case 'chain-ended':
      return `Did not pass on ${entry.event}: campaigns have started one another ${entry.depth - 1} times in a row, which is the most.`
    case 'migrated':
      return explainMigrated(entry)
    case 'parked':
      return `Stopped at "${nameOf(entry.step, about)}" by an error${after(entry.reason)}`
    case 'ended':
      return endings[entry.as] + after(entry.reason === END_OF_WAY ? '' : entry.reason)
    default:
      return never(entry)
  }
}

/** What lets a lead in from inside is an event too, of a name that says nothing to people. */
const entered: { readonly [E in (typeof internalEvents)[keyof typeof internalEvents]]: string } = {
  '$attribute.changed': 'Entered because an attribute changed.',
  '$list.added': 'Entered because the lead was added to a list.',
  '$list.removed': 'Entered because the lead was removed from a list.',
  '$campaign.requested': 'Started by another campaign.',
  '$campaign.executed': 'Run by another campaign, which waits for the end.',
  '$webhook.called': 'Entered because a webhook was called.',
  '$webhook.alert': 'Entered because an alert was raised.',
  '$campaign.converted': 'Entered because the lead reached the goal of a campaign.',
  $entry: 'Entered by a call of the API.',
}

function explainStarted({ because }: EntryOf<'started'>): string {
  const inside = Object.entries(entered).find(([event]) => because === `the event "${event}"`)
  return inside?.[1] ?? `Entered through ${sentence(because)}`
}

function defaultsOf({ profile }: EntryOf<'calls'>): string {
  const title = Object.entries(profiles).find(([name]) => name === profile)?.[1].title
  return title === undefined ? '' : ` (${title} defaults)`
}

const takenBack: { readonly [W in EntryOf<'taken-back'>['why']]: (entry: EntryOf<'taken-back'>) => string } = {
  left: () => 'Taken back before anything of it had left: the lead is not in this step any more. Nothing was sent.',
  revoked: () =>
    'Taken back before anything of it had left, because something changed that it depends on. All rules are asked again.',
  expired: () =>
    'Taken back before anything of it had left: the time in which it could leave was over. All rules are asked again.',
  ours: ({ message }) =>
    `Not sent, through no fault of the endpoint: ${sentence(message)} It is tried again soon, and no attempt is used up.`,
}

const endings: { readonly [E in EntryOf<'ended'>['as']]: string } = {
  finished: 'Finished',
  exited: 'Left early',
  failed: 'Ended in failure',
}

const replies: { readonly [R in EntryOf<'replied'>['reply']]: string } = {
  received: 'Received',
  failed: 'Failed',
  'timed-out': 'Timed out',
  skipped: 'Not sent',
  exited: 'Not sent, and leaves the campaign',
  aborted: 'Not sent, because the template said so',
  uncertain: 'Uncertain whether it arrived, and not sent again',
}

function explainLeft({ step, port, to, instead }: EntryOf<'left'>, about: About): string {
  const by = port === 'next' ? '' : ` by ${portLabel(step, port, about)}`
  const meant = instead === undefined ? '' : portLabel(step, instead, about)
  const because = meant === '' ? '' : `: ${meant} is not connected`
  if (to !== null) return `Went on to "${nameOf(to, about)}"${by}${because}.`
  if (meant !== '')
    return `Took ${meant}: neither it nor ${portLabel(step, port, about)} leads anywhere, so the journey ended.`
  return by === ''
    ? 'Nothing follows this step: the journey ended.'
    : `Took ${portLabel(step, port, about)}, which leads nowhere: the journey ended.`
}

function explainAssigned({ label, bucket, range: [from, to], by, at }: EntryOf<'assigned'>, { zone }: About): string {
  const who = label === 'Control' ? 'the control group' : label
  const drawn = `Drawn into ${who} (${Math.round(((to - from) / BUCKETS) * 10_000) / 100} %)`
  const details = `Details: bucket ${sayCount(bucket)} of ${sayCount(BUCKETS)}, in ${sayCount(from)}-${sayCount(to - 1)}.`
  switch (by?.is) {
    case undefined:
      return `${drawn}. ${details}`
    case 'entry':
      return `${drawn} for this entry. ${details}`
    case 'rotation':
      return `Put into ${who}: its turn in the exact rotation (lead ${sayCount(by.turn)}).`
    case 'kept':
      return `Stays in ${who}, as earlier in this journey.`
    case 'weights':
      return `${drawn}, by weights that follow the results since ${sayWithZone(by.since, zone, at)}. ${details}`
    case 'winner':
      return by.by === 'hand'
        ? `Went to ${label}: chosen by hand for everybody since ${sayWithZone(by.since, zone, at)}.`
        : `Went to ${label}: the winner since ${sayWithZone(by.since, zone, at)}${by.ahead === null ? '' : `, ${sayAhead(by.ahead)}`}.`
    default:
      return never(by)
  }
}

function explainHeard({ step, event, port, because, seen }: EntryOf<'heard'>, about: About): string {
  const way = port === null ? '' : portLabel(step, port, about)
  switch (because) {
    case 'taken':
      return `Heard "${event}", which opens ${way}.`
    case 'kept':
      return `Heard "${event}": goes on by ${way} when the wait is over.`
    case 'lower':
      return `Heard "${event}" for ${way}, but a way that stands higher has happened already.`
    case 'early':
      return `Heard "${event}", which is from before the lead came to this step: it does not count.`
    case 'unfit':
      return `Heard "${event}", which does not fit: ${sentence(seen === null ? 'no way asks for it' : explainCondition(seen))}`
    default:
      return never(because)
  }
}

function explainListed({ list, change, changed }: EntryOf<'listed'>): string {
  if (change === 'added') return changed ? `Added to the list "${list}".` : `Is on the list "${list}" already.`
  return changed ? `Removed from the list "${list}".` : `Is not on the list "${list}", so nothing was removed.`
}

function explainProperties(properties: EntryOf<'emitted'>['properties']): string {
  const said = Object.entries(properties).map(([name, value]) => `${name} ${shown(value)}`)
  return said.length === 0 ? '' : ` with ${said.join(', ')}`
}

function explainAttempt(entry: EntryOf<'attempt'>, about: About): string {
  return `Attempt ${entry.n}: ${attemptResult(entry)}${entry.retryAt === null ? '' : `, next ${saySoon(entry.retryAt, about.zone, entry.at)}`}.`
}

/** `503 after 1,204 ms`. */
export function attemptResult({ status, outcome, ms }: EntryOf<'attempt'>): string {
  return `${status ?? `no answer (${outcome})`} after ${sayCount(Math.round(ms))} ms`
}

function explainResent({ edited, sendNow, webhookId }: EntryOf<'resent'>): string {
  const changed = edited ? ', with an edited request' : ''
  const waits = sendNow ? ' without waiting for quiet hours' : ''
  return `Sent again by hand${changed}${waits} (webhook-id ${webhookId}). It counts for caps as before, and the journey stays where it is.`
}

function explainResendEnded(entry: EntryOf<'resend-ended'>): string {
  if (entry.as !== 'skipped')
    return `${entry.as === 'received' ? 'The resend was received' : 'The resend failed too'}${after(entry.reason)}`
  const still =
    entry.still === 'uncertain' ? 'Whether the first send arrived is still not known.' : 'The send has still failed.'
  return `Not sent again${after(entry.reason)} ${still}`
}

function explainUpdated({ field, from, to }: EntryOf<'updated'>): string {
  const before = from === null ? 'was not known' : `was ${shown(from)}`
  if (JSON.stringify(from) === JSON.stringify(to))
    return `Left ${field} as it was: ${sentence(from === null ? 'not known' : shown(from))}`
  return to === null ? `Cleared ${field} (${before}).` : `Set ${field} to ${shown(to)} (${before}).`
}

function explainConverted({ event, variants, goal }: EntryOf<'converted'>, about: About): string {
  const touched = goal?.credit == null ? [] : [`"${nameOf(goal.credit, about)}", the last webhook before it`]
  const credit = [...variants.map(variant => creditOf(variant, about)), ...touched].join(' and ')
  const counts = credit === '' ? '' : ` It counts for ${credit}.`
  if (goal === undefined) return `Converted: the event "${event}" arrived in time.${counts}`
  const worth =
    goal.value === null || goal.currency === null
      ? ''
      : `, worth ${sayMoney({ minor: goal.value, currency: goal.currency })}`
  const late = goal.isLate ? ' Found among stored events: the goal was launched later.' : ''
  const refused = goal.refused === null ? '' : ` ${sentence(goal.refused)}`
  const instead = goal.instead === null ? '' : ` It came in before the event ${goal.instead}, which counted until now.`
  return `Converted by the goal "${goal.name}": "${event}" came ${sayWindow(goal)}${worth}.${counts}${refused}${late}${instead}`
}

function explainMigrated({ how, from, to, gaveUpCall }: EntryOf<'migrated'>): string {
  const versions = `Moved from version ${from.version} to version ${to.version}`
  if (how === 'stay') return `${versions}: keeps waiting in "${to.name}", then goes on by the new version.`
  const call = gaveUpCall ? ' A call that was under way is not waited for any more.' : ''
  return `${versions}: from "${from.name}" to "${to.name}".${call}`
}

function explainExit({ when, on, reason, event, seen }: EntryOf<'exits'>): string {
  const saw = seen === null ? '' : explainCondition(seen)
  const { sayLeft, sawSaysIt } = exitKind({ on })
  const why = sawSaysIt ? saw : `${sayLeft(event)}${saw === '' ? '' : ` (${saw})`}`
  const what = when === 'now' ? 'Leaves the campaign' : 'Will leave at the end of this step'
  return `${what}${reason.trim() === '' ? '' : ` by the exit "${reason.trim()}"`}: ${sentence(why)}`
}

function explainLate({ dueAt, by, within, outcome }: EntryOf<'late'>, about: About): string {
  const limit = sayMostLate(within ?? 0)
  const becomes = {
    happens: within === null ? 'happens now' : `happens now, because up to ${sayMs(within)} are allowed`,
    'goes-on': `goes on without sending, because ${limit}`,
    exits: `leaves the campaign, because ${limit}`,
  }[outcome]
  return `Fell due ${sayOn(dueAt, about.zone, dueAt + by)} (${about.zone}) while the campaign was paused, ${sayMs(by)} before the resume: ${becomes}.`
}

/** `A 45 % of "Welcome test"`: a variant's id is the port that leads took at its experiment. */
export function creditOf(variant: string, { graph }: Pick<About, 'graph'>): string {
  const experiments = Object.entries(graph.steps).filter(([, { kind }]) => findKind(kind)?.group === 'experiment')
  const found = experiments.find(([, { kind, config }]) =>
    findKind(kind)
      ?.ports(config)
      .some(port => port.id === variant),
  )
  return found === undefined
    ? variant
    : `${portLabel(found[0], variant, { graph })} of "${nameOf(found[0], { graph })}"`
}
