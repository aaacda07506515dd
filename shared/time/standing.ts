/**
 * Where time stands, by the clock of the machine and by the last instant at which something was committed. Clocks are set back: by minutes when they ran
 * ahead, by hours when somebody mistook the zone, by years when a battery died. What was decided at an instant must not be undone by an earlier one: a cap
 * would count anew, and an event would come before the launch that it came after. So time stands still until the clock has caught up.
 *
 * Not for ever: a clock that was a day ahead when something was committed is believed now, and time goes back with it. A day is longer than any mistake of
 * a zone (14 hours) and shorter than anybody would wait.
 */
export const MOST_BEHIND = 86_400_000
/** Clocks are set right by so much all day long: not worth a word. */
export const A_LITTLE = 1000

export interface Standing {
  readonly now: number
  /** How far the clock stands behind, in ms; 0 when it does not. */
  readonly behind: number
  /** `stands`: until the clock has caught up. `back`: the clock is believed. */
  readonly time: 'runs' | 'stands' | 'back'
}

/** `wall`: what the clock shows. `last`: when something was last committed. */
export function standingAt(wall: number, last: number): Standing {
  if (wall >= last) return { now: wall, behind: 0, time: 'runs' }
  const behind = last - wall
  return behind <= MOST_BEHIND ? { now: last, behind, time: 'stands' } : { now: wall, behind, time: 'back' }
}
