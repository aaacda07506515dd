import { plainMs } from '../time/duration'

/** Does this event convert a journey? From entry on (braze R28), up to and including the end of the window; each journey converts once. */
export function converts(
  goal: { event: string; within: string } | null,
  event: { name: string; at: number },
  enteredAt: number,
): boolean {
  return (
    goal !== null && goal.event === event.name && event.at >= enteredAt && event.at <= enteredAt + plainMs(goal.within)
  )
}
