import { levelOf, rankOf } from '../../rules/queue'
import type { Journey } from '../../store/journeys'
import type { Task } from '../../store/tasks'
import type { JourneyContext } from '../turn'

/** The position of a call in its queue, from the moment on from which it may leave (ms). */
export function positionIn(
  { version }: Pick<JourneyContext, 'version'>,
  { memory }: Pick<Journey, 'memory'>,
  since: number,
): Pick<Task, 'level' | 'rank'> {
  const level = levelOf(version.graph.settings.priority, memory.event)
  return { level, rank: rankOf(level, since) }
}

/**
 * Due work in the order in which it is looked at: timers as they came, then calls by their place, whichever queue they
 * waited in.
 */
export function inTurn(due: readonly Task[], waited: readonly Task[]): readonly Task[] {
  if (waited.length === 0) return due
  const isCall = ({ type }: Task) => type === 'call'
  const calls = [...due.filter(isCall), ...waited].sort((a, b) => a.rank - b.rank || a.id - b.id)
  return [...due.filter(task => !isCall(task)), ...calls]
}
