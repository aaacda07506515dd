import { nameOf, portLabel } from '../graph/names'
import type { Graph } from '../graph/schema'
import type { JournalEntry } from '../journal'
import { type Json, never } from '../json'
import { BUCKETS } from '../rules/assignment'
import { explainCondition } from '../rules/conditions'
import { exitKind } from '../rules/exits'
import { sayWindow } from '../rules/goals'
import { sayMoney } from '../rules/money'
import { profiles } from '../rules/profiles'
import { type Because, sayBecause } from '../rules/quiet-levels'
import { sayAhead } from '../rules/statistics/winner'
import { findKind } from '../steps'
import { sayDuration, sayMinutes } from '../time/duration'
import { sayInstant } from '../time/window'
import { sayGivenUp, sayRuleSeen } from './caps'
import { saySwitchedOff } from './receiver'

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
      return `Entered through ${sentence(entry.because)}`
    case 'entered':
      return `Came to "${nameOf(entry.step, about)}".`
    case 'left':
      return explainLeft(entry, about)
    case 'decided':
      return `Went on by ${portLabel(entry.step, entry.port, about)}: ${sentence(explainCondition(entry.seen))}`
    case 'assigned':
      return explainAssigned(entry, about)
    case 'waits':
      return `Waits until ${instant(entry.until, entry.zone, entry.at)}: ${sentence(entry.what)}`
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
      return explainGate(entry, about)
    case 'queued':
      return `Waits in line for ${entry.host}: calls of priority ${entry.first} go first, and this one has ${entry.level}.`
    case 'calls':
      return `Sends the webhook${habitsOf(entry)}: every gate passed (webhook-id ${entry.webhookId}).`
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
      return { finished: 'Finished', exited: 'Left early', failed: 'Ended in failure' }[entry.as] + after(entry.reason)
    default:
      return never(entry)
  }
}

function habitsOf({ profile }: EntryOf<'calls'>): string {
  const title = Object.entries(profiles).find(([name]) => name === profile)?.[1].title
  return title === undefined ? '' : `, behaving like ${title}`
}

const takenBack: { readonly [W in EntryOf<'taken-back'>['why']]: (entry: EntryOf<'taken-back'>) => string } = {
  left: () => 'Taken back before anything of it had left: the lead is not in this step any more. Nothing was sent.',
  revoked: () =>
    'Taken back before anything of it had left, because something changed that it depends on. All rules are asked again.',
  expired: () =>
    'Taken back before anything of it had left: the time in which it could leave was over. All rules are asked again.',
  ours: ({ message }) =>
    `Not sent, through no fault of the receiver: ${sentence(message)} It is tried again soon, and no attempt is used up.`,
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

/**
 * What a journey waits for, as a sentence, from its journal (oldest first; the entries since it came to its step are enough). Null when
 * it waits for nothing: it has ended, or is about to be moved.
 */
export function explainWaiting(journal: readonly JournalEntry[], about: About): string | null {
  const here = journal.findLast(entry => entry.is === 'entered')?.step
  for (const entry of journal.toReversed()) {
    // A dead letter of an earlier step that was sent again moves nobody.
    if (entry.is !== 'ended' && 'step' in entry && here !== undefined && entry.step !== here) continue
    if (entry.is === 'ended' || entry.is === 'left' || entry.is === 'replied') return null
    if (entry.is === 'parked') return explain(entry, about)
    if (entry.is === 'waits')
      return `${explain(entry, about)}${leavesThen(journal, here) ? ' Then leaves the campaign.' : ''}`
    if (entry.is === 'gate' && entry.verdict === 'hold') return explain(entry, about)
    if (entry.is === 'gate' && (entry.verdict === 'skip' || entry.verdict === 'exit')) return null
    if (entry.is === 'queued') return explain(entry, about)
    if (entry.is === 'calls' || entry.is === 'gate') return 'Waits for the webhook to be answered.'
    if (entry.is === 'attempt')
      return entry.retryAt === null
        ? null
        : `Tries again ${soon(entry.retryAt, about.zone, entry.at)}: attempt ${entry.n} brought ${sentence(attemptResult(entry))}`
  }
  return null
}

/** Has an exit of the campaign been heard that acts when this step is over? */
export function leavesThen(journal: readonly JournalEntry[], step: string | undefined): boolean {
  return journal.some(entry => entry.is === 'exits' && entry.when === 'end-of-step' && entry.step === step)
}

function explainLeft({ step, port, to, instead }: EntryOf<'left'>, about: About): string {
  const by = port === 'next' ? '' : ` by ${portLabel(step, port, about)}`
  const meant = instead === undefined ? '' : portLabel(step, instead, about)
  const because = meant === '' ? '' : `: ${meant} is not connected`
  if (to !== null) return `Went on to "${nameOf(to, about)}"${by}${because}.`
  if (meant !== '')
    return `Left by ${meant}: neither it nor ${portLabel(step, port, about)} is connected, so the way ends here.`
  return by === ''
    ? 'Nothing is connected behind it: the way ends here.'
    : `Left${by}, where nothing is connected: the way ends here.`
}

function explainAssigned({ label, bucket, range: [from, to], by, at }: EntryOf<'assigned'>, { zone }: About): string {
  const who = label === 'Control' ? 'Control group' : `Variant ${label}`
  const where = `bucket ${count(bucket)} falls in ${count(from)}-${count(to - 1)} of ${count(BUCKETS)}`
  switch (by?.is) {
    case undefined:
      return `${who}: ${where}.`
    case 'entry':
      return `${who}, drawn for this entry: ${where}.`
    case 'rotation':
      return `${who}: its turn in the exact rotation (lead ${count(by.turn)}).`
    case 'kept':
      return `${who}: it was given that earlier in this journey.`
    case 'weights':
      return `${who}: ${where}, by the weights that the results gave it (${instant(by.since, zone, at)}).`
    case 'winner':
      return by.by === 'hand'
        ? `Went to ${label}: chosen by hand for everybody since ${instant(by.since, zone, at)}.`
        : `Went to ${label}: the winner since ${instant(by.since, zone, at)}${by.ahead === null ? '' : `, ${sayAhead(by.ahead)}`}.`
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
  return `Attempt ${entry.n}: ${attemptResult(entry)}${entry.retryAt === null ? '' : `, next ${soon(entry.retryAt, about.zone, entry.at)}`}.`
}

function attemptResult({ status, outcome, ms }: EntryOf<'attempt'>): string {
  return `${status ?? `no answer (${outcome})`} after ${count(Math.round(ms))} ms`
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
  const limit = sayLimit(within ?? 0)
  const becomes = {
    happens: within === null ? 'happens now' : `happens now, because up to ${sayMs(within)} are allowed`,
    'goes-on': `goes on without sending, because ${limit}`,
    exits: `leaves the campaign, because ${limit}`,
  }[outcome]
  return `Fell due ${on(dueAt, about.zone, dueAt + by)} (${about.zone}) while the campaign was paused, ${sayMs(by)} before the resume: ${becomes}.`
}

/** How late a thing may be (ms). */
function sayLimit(within: number): string {
  return within === 0 ? 'nothing may be late' : `at most ${sayMs(within)} are allowed`
}

/** In words, to the second: `29 minutes`. */
function sayMs(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  return sayDuration(`P${days}DT${hours}H${minutes}M${seconds % 60}S`)
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

function explainGate(entry: EntryOf<'gate'>, about: About): string {
  const { verdict, saw, until, code } = entry
  const why = reasons[entry.gate]?.(entry, about) ?? { pass: entry.gate, stop: `${entry.gate} (${sayAll(saw)})` }
  switch (verdict) {
    case 'pass':
      return `May be sent: ${sentence(why.pass)}`
    case 'hold':
      return until === null
        ? `Held until ${heldUntil[entry.gate] ?? 'somebody acts'}: ${sentence(why.stop)}`
        : `Held until ${instant(until, zoneOf(entry, about), entry.at)}: ${sentence(why.stop)}`
    case 'skip':
      return `Not sent${code === null ? '' : `, code ${code}`}: ${sentence(why.stop)}`
    case 'exit':
      return `Not sent, and leaves the campaign: ${sentence(why.stop)}`
    default:
      return never(verdict)
  }
}

/** What ends a hold without an instant, where it is not just anybody who acts. */
const heldUntil: { readonly [gate: string]: string } = {
  'host-health': 'the calls that try it are answered',
  'switched-off': 'somebody switches the receiver on',
}

/** What each gate saw, as a fragment for a pass and one for a hold or skip. A gate that is not listed shows its values as they are. */
const reasons: {
  readonly [gate: string]: (entry: EntryOf<'gate'>, about: About) => { readonly pass: string; readonly stop: string }
} = {
  'quiet-hours': (entry, about) => {
    const zone = zoneOf(entry, about)
    const from =
      entry.saw['zoneFrom'] === 'campaign' ? "; the lead's own zone is not known, so the campaign's counts" : ''
    const { quiet, until } = explainQuiet(entry, zone)
    const stop = `${quiet}${until}${entry.verdict === 'hold' ? '' : ` (${zone})`}${from}`
    if (entry.saw['sendNow'] === true)
      return { pass: `sent by hand, which does not wait for the end of ${quiet}${from}`, stop }
    return { pass: `${instant(entry.at, zone, entry.at)} is outside ${quiet}${from}`, stop }
  },
  'frequency-cap': (entry, about) => {
    const { ignoredBy, freeAt, rules } = entry.saw
    if (typeof ignoredBy === 'string') {
      const free = `this ${ignoredBy} does not keep to frequency caps`
      return { pass: free, stop: free }
    }
    const zone = zoneOf(entry, about)
    const asked = Array.isArray(rules) ? rules.flatMap(rule => sayRuleSeen(rule, 'so far') ?? []) : []
    const isFree = typeof freeAt === 'number' && freeAt !== entry.until
    const free = isFree ? `, free again ${on(freeAt, zone, entry.at)}` : ''
    const since = sayGivenUp(entry.saw, at => sayInstant(at, zone, { now: entry.at }))
    return { pass: asked.join(', '), stop: `${sayRuleSeen(entry.saw, 'already') ?? sayAll(entry.saw)}${free}${since}` }
  },
  'rate-limit': ({ saw }) => {
    const what = saw['of'] === 'campaign' ? 'this campaign' : plain(saw['host'])
    const limit = `${plain(saw['most'])} a ${plain(saw['per'])} for ${what}`
    return { pass: `the rate of ${limit} has room`, stop: `rate limit of ${limit}; it goes out in its turn` }
  },
  'host-health': ({ saw }) => {
    const host = plain(saw['host'])
    const share = typeof saw['errorRate'] === 'number' ? Math.round(saw['errorRate'] * 100) : 0
    const failing = `${host} is failing (${share} % of ${plain(saw['samples'])} calls in the last minute); it is tried again with a few calls first`
    return {
      pass: `${host} answers`,
      stop: saw['why'] === 'resting' ? `${host} asked us to wait (Retry-After)` : failing,
    }
  },
  'switched-off': (entry, about) => {
    const at = (instant: unknown) => on(Number(instant), zoneOf(entry, about), entry.at)
    return {
      pass: `${plain(entry.saw['receiver'])} is switched on`,
      stop: saySwitchedOff(entry.saw, at),
    }
  },
  'trigger-only': ({ saw }) => ({
    pass: `this is a ${plain(saw['mode'])} campaign`,
    stop: `only trigger campaigns call webhooks, and this is a ${plain(saw['mode'])} campaign`,
  }),
  'after-pause': ({ saw }) => ({
    pass: 'it is not too late',
    stop: `it fell due ${sayMs(Number(saw['lateSeconds']) * 1000)} before the resume, and ${sayLimit(Number(saw['mostSeconds']) * 1000)}`,
  }),
  paused: () => ({
    pass: 'the campaign is live',
    stop: 'the campaign is paused; it goes on when the campaign is resumed',
  }),
}

/** Whose quiet hours, and what else there is to say of their end. Journals from before there were levels have a start and an end. */
function explainQuiet({ saw, at }: EntryOf<'gate'>, zone: string): { readonly quiet: string; readonly until: string } {
  const { hours, lastly, opensAt, spreadMinutes } = saw
  if (hours === undefined) return { quiet: `quiet hours ${plain(saw['start'])}-${plain(saw['end'])}`, until: '' }
  const then = isBecause(lastly) ? `, then ${sayBecause(lastly)}` : ''
  const spread =
    typeof spreadMinutes === 'number' && typeof opensAt === 'number'
      ? `; those who waited leave within ${sayMinutes(spreadMinutes)} after ${sayInstant(opensAt, zone, { now: at })}`
      : ''
  const endless = opensAt === null ? ', which leave no moment of the next year open; it is asked again then' : ''
  return {
    quiet: isBecause(saw) ? sayBecause(saw) : `quiet hours ${plain(hours)}`,
    until: then + spread + endless,
  }
}

function isBecause(value: Json | undefined): value is Json & Because {
  const because = value as Partial<Because> | null | undefined
  return typeof because?.hours === 'string' && ['account', 'campaign', 'step'].includes(String(because.level))
}

function zoneOf({ saw }: EntryOf<'gate'>, about: About): string {
  return typeof saw['zone'] === 'string' ? saw['zone'] : about.zone
}

/** An instant with its zone; the day is left out when it is near to `now`. */
function instant(at: number, zone: string, now: number): string {
  return `${sayInstant(at, zone, { now })} (${zone})`
}

/** `on Tue 24 Nov, 00:00`, or `at 10:30` when that is today. */
function on(at: number, zone: string, now: number): string {
  const said = sayInstant(at, zone, { now })
  return said.includes(',') ? `on ${said}` : `at ${said}`
}

/** `in 5 seconds`, or `at 10:30 (Asia/Seoul)` when it is further away: the first retries come within the minute that is shown. */
function soon(at: number, zone: string, now: number): string {
  const seconds = Math.max(1, Math.round((at - now) / 1000))
  return seconds < 120 ? `in ${sayDuration(`PT${seconds}S`)}` : `at ${instant(at, zone, now)}`
}

/** A value that was found, so that text and numbers can be told apart: `"Brazil"`, `4`, `["a","b"]`. */
function shown(value: Json): string {
  return JSON.stringify(value)
}

/** A value that somebody typed: `India`, `2`, `India, Nepal`. */
function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not known'
  if (Array.isArray(value)) return value.map(plain).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function sayAll(saw: EntryOf<'gate'>['saw']): string {
  return Object.entries(saw)
    .map(([name, value]) => `${name} ${plain(value)}`)
    .join(', ')
}

/** `reason` behind a colon, as the end of a sentence; just the full stop when there is none. */
function after(reason: string): string {
  return reason.trim() === '' ? '.' : `: ${sentence(reason)}`
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

function count(n: number): string {
  return n.toLocaleString('en-US')
}
