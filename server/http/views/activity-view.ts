import type { ActivityRow, ActivityView } from '#shared/api/activity'
import { explain } from '#shared/explain/explain'
import { explainGate } from '#shared/explain/gate'
import { withLibrary } from '#shared/graph/library'
import type { JournalEntry, Note } from '#shared/journal'
import type { Webhook } from '#shared/rules/webhook'
import type { RenderedRequest, WebhookRequest } from '#shared/rules/webhook-request'
import { activityOf, heldCall, pastRequests } from '#shared/store/activity'
import { loadSurroundings } from '#shared/store/around'
import { attemptsOfTouches } from '#shared/store/attempts'
import { journalOf } from '#shared/store/journal'
import type { Work } from '#shared/store/work'
import { maskedRequest } from '../mask'
import { notThere } from '../problem'
import { toHeldRows, toRow } from './activity-rows'
import { namesOf } from './names'

/** Everything that is known of one send. Throws a 404 when nothing has this id. */
export function* viewOfSend(id: string, now: number): Work<ActivityView> {
  if (id.startsWith('held-')) return yield* viewOfHeld(id)
  const touch = isNumber(id) ? yield* activityOf(Number(id)) : undefined
  if (touch === undefined) throw notThere('send', id)
  const names = yield* namesOf([touch])
  const row = toRow(touch, names, now)
  const zone = names.zone(touch.journey_id)
  const journal = yield* journalOf(touch.journey_id)
  const about = { graph: names.graph(touch.journey_id), zone }
  const request = JSON.parse(touch.request) as RenderedRequest
  const past = (yield* pastRequests(touch.id)).map(p => ({ ...p, request: JSON.parse(p.request) as RenderedRequest }))
  const attempts = yield* attemptsOfTouches([touch.id])
  return {
    row,
    request: touch.purged_at === null ? maskedRequest(request) : null,
    rendered: true,
    attempts: attempts.map(({ touchId, response, ...attempt }) => ({
      ...attempt,
      touch: touchId,
      webhookId: touch.webhook_id,
      profile: touch.profile,
      step: touch.step,
      request: maskedRequest(past.find(p => p.through >= attempt.n)?.request ?? request),
      response: response === null ? null : { ...response, headers: { ...response.headers } },
    })),
    revisions: past.map(p => ({ through: p.through, replacedAt: p.replaced_at, request: maskedRequest(p.request) })),
    gates: gatesOf(journal, touch.step).map(entry => ({ at: entry.at, text: explain(entry, about) })),
    why: whyWaiting(row, journal, about),
    zone,
    noResend: whyNotAgain(row),
  }
}

function* viewOfHeld(id: string): Work<ActivityView> {
  const number = id.slice('held-'.length)
  const call = isNumber(number) ? yield* heldCall(Number(number)) : undefined
  const [row] = call === undefined ? [] : yield* toHeldRows([call])
  // Sent meanwhile: from then on it is the row of its touch.
  if (call === undefined || row === undefined || call.touch_id !== null) throw notThere('send', id)
  const names = yield* namesOf([call])
  const zone = names.zone(call.journey_id)
  const about = { graph: names.graph(call.journey_id), zone }
  const journal = yield* journalOf(call.journey_id)
  // As it would be sent now: nothing is fixed before the gates let it pass.
  const { library } = yield* loadSurroundings()
  const { config } = withLibrary(names.graph(call.journey_id), library).steps[call.step] ?? {}
  const request = (config as Webhook | undefined)?.request
  return {
    row,
    request: request === undefined ? null : toShown(request),
    rendered: false,
    attempts: [],
    revisions: [],
    gates: gatesOf(journal, call.step).map(entry => ({ at: entry.at, text: explain(entry, about) })),
    why: whyWaiting(row, journal, about),
    zone,
    noResend: whyNotAgain(row),
  }
}

function isNumber(id: string): boolean {
  return /^[1-9]\d{0,14}$/.test(id)
}

/** A request before rendering, with its tokens, in the shape of one that was sent. */
function toShown({ method, url, headers, body }: WebhookRequest) {
  const text =
    body.as === 'text'
      ? body.text
      : body.as === 'none'
        ? null
        : JSON.stringify(Object.fromEntries(body.pairs.map(p => [p.key, p.value])))
  return maskedRequest({ method, url, headers: headers.map(h => [h.name, h.value] as [string, string]), body: text })
}

type Told = { readonly graph: Parameters<typeof explain>[1]['graph']; readonly zone: string }
type GateEntry = Extract<JournalEntry, { is: 'gate' }>

function gatesOf(journal: readonly JournalEntry[], step: string): readonly GateEntry[] {
  return journal.filter(entry => entry.is === 'gate' && entry.step === step) as GateEntry[]
}

/** Why it waits: the last that was said about its step, or what the tables say where nobody said a word. */
function whyWaiting(row: ActivityRow, journal: readonly JournalEntry[], about: Told): string | null {
  switch (row.outcome) {
    case 'received':
    case 'failed':
    case 'uncertain':
    case 'abandoned':
      return null
    case 'on-the-wire':
      return 'It is on the wire: waits for the answer.'
    case 'queued':
      return 'It waits for a free connection: others are before it.'
    case 'held':
    case 'retrying': {
      const last = journal.findLast(
        entry => 'step' in entry && entry.step === row.step && (entry.is === 'gate' || entry.is === 'attempt'),
      )
      if (last?.is === 'gate' && last.verdict === 'hold') return explain(last, about)
      if (row.waitsUntil === null) return explainGate(byPause(row.step), { at: row.at ?? 0, zone: about.zone })
      return last?.is === 'attempt' ? explain(last, about) : null
    }
  }
}

/** What the gate of paused campaigns would say of a call. */
function byPause(step: string): Extract<Note, { is: 'gate' }> {
  return { is: 'gate', step, gate: 'paused', verdict: 'hold', until: null, code: null, saw: {} }
}

/** Only dead letters and uncertain sends whose bytes are still there can be sent again. */
export function whyNotAgain({ outcome, purgedAt }: Pick<ActivityRow, 'outcome' | 'purgedAt'>): string | null {
  if (outcome === 'received') return 'It was received; sending it again would make it happen twice.'
  if (outcome === 'abandoned') return 'Its journey went on without waiting for the answer, so nobody needs it any more.'
  if (outcome !== 'failed' && outcome !== 'uncertain') return 'It is under way already.'
  return purgedAt === null ? null : 'Its request was deleted by the retention of the settings.'
}
