import type { Journey } from '../store/journeys'
import type { Task } from '../store/tasks'
import { type Touch, touchesById } from '../store/touches'
import type { Work } from '../store/work'
import { send, waiting } from './apply'
import { askAtDoor, askToSend } from './gates'
import { loadJourneys, placeOf, type Turn } from './load'
import type { Place } from './place'
import { signal } from './run'

/** Takes tasks that fell due: timers that ended, calls that were held, calls that are tried again. */
export function* wake(turn: Turn, due: readonly Task[]): Work<void> {
  if (due.length === 0) return
  const touches = new Map((yield* touchesById(due.flatMap(t => t.touchId ?? []))).map(t => [t.id, t]))
  const journeys = yield* loadJourneys(
    turn,
    due.map(t => t.journeyId),
  )
  for (const task of due) {
    const journey = journeys.get(task.journeyId)
    if (journey === undefined)
      throw new Error(`task ${task.id} belongs to journey ${task.journeyId}, which is not there`)
    const place = placeOf(turn, journey)
    const touch = task.touchId === null ? undefined : touches.get(task.touchId)
    if (task.type === 'timer') fire(place, journey, task)
    else if (touch === undefined) askAgain(place, journey, task)
    else callAgain(place, journey, task, touch)
  }
}

/** Law 4: the signal is delivered by deleting the task. */
function fire(place: Place, journey: Journey, task: Task): void {
  place.changes.deleteTask(task.id)
  signal(place, journey, { type: 'timer' })
}

/** A call that a gate held: all gates are asked again, at its instant. */
function askAgain(place: Place, loaded: Journey, task: Task): void {
  const journey = place.changes.journey(loaded)
  place.changes.deleteTask(task.id)
  if (journey.status !== 'active' || task.webhook === null) return
  const answer = send(place, journey, task.step, task.webhook, task.lane)
  if (answer !== undefined) signal(place, journey, answer)
}

/** A retry, or a call that was under way when the process died: the same bytes under the same id, unless it is night by now. */
function callAgain(place: Place, loaded: Journey, task: Task, touch: Touch): void {
  const { changes, campaign } = place
  const journey = changes.journey(loaded)
  const verdict = askToSend(place, journey, task.step, { retry: true })
  if (verdict.is === 'hold') {
    const state = verdict.until === null ? 'parked' : waiting(campaign.status)
    changes.moveTask(task.id, state, verdict.until ?? task.dueAt, null)
    return
  }
  if (verdict.is === 'skip') {
    // Nothing is on the wire: the touch ends here, or nobody would ever settle it.
    changes.deleteTask(task.id)
    changes.settleTouch(touch, 'failed', touch.attempts)
    signal(place, journey, { type: 'reply', reply: { is: 'skipped', reason: verdict.reason } })
    return
  }
  const host = changes.lanes.host(touch.request.url)
  const lane = askAtDoor(place, journey, task.step, host, task.lane)
  if (lane !== null || !changes.lanes.hasRoom(host)) {
    const behind = lane ?? host.lane
    if (behind === task.lane) changes.lanes.wait(behind)
    else changes.moveTask(task.id, waiting(campaign.status), changes.now, behind)
    return
  }
  changes.deleteTask(task.id)
  changes.call(touch, journey, host)
}
