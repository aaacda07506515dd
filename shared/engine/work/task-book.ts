import type { Ids } from '../../store/ids'
import { clearTasks, deleteTasks, insertTasks, type MovedTask, moveTasks, type Task } from '../../store/tasks'
import type { Work } from '../../store/work'
import type { HostQueues } from '../send/host-queues'

/** A step that a journey left: what it had pending is over (law 5). */
export interface ClearedStep {
  readonly journeyId: number
  readonly leadId: number
  readonly step: string
}

/** The tasks that one turn sets, moves and deletes. */
export class TaskBook {
  readonly #ids: Pick<Ids, 'task'>
  readonly #queues: Pick<HostQueues, 'wait'>
  readonly #new = new Map<number, Task>()
  readonly #moved = new Map<number, MovedTask>()
  readonly #deleted = new Set<number>()
  /** Journeys for which this turn added something. */
  readonly #withNew: Set<number>

  constructor(ids: Pick<Ids, 'task'>, queues: Pick<HostQueues, 'wait'>, withNew: Set<number>) {
    this.#ids = ids
    this.#queues = queues
    this.#withNew = withNew
  }

  add(task: Omit<Task, 'id'>): Task {
    if (task.lane !== null) this.#queues.wait(task.lane, task.level)
    const added: Task = {
      id: this.#ids.task(),
      journeyId: task.journeyId,
      campaignId: task.campaignId,
      step: task.step,
      type: task.type,
      state: task.state,
      dueAt: task.dueAt,
      touchId: task.touchId,
      revision: task.revision,
      lane: task.lane,
      level: task.level,
      rank: task.rank,
      deferredAt: task.deferredAt ?? null,
      heldBy: task.heldBy ?? null,
    }
    this.#new.set(added.id, added)
    this.#withNew.add(task.journeyId)
    return added
  }

  /**
   * The task goes on waiting, for something else: it keeps its id, which is its place among those who came at the same
   * instant.
   */
  move({ id }: Pick<Task, 'id'>, to: Omit<MovedTask, 'id'>): void {
    if (to.lane !== null) this.#queues.wait(to.lane, to.level)
    this.#deleted.delete(id)
    this.#moved.set(id, { id, ...to })
  }

  /**
   * The highest level of the calls that this turn has put into this queue so far; null: none. They are not in the table
   * yet.
   */
  levelIn(queue: string): number | null {
    let highest: number | null = null
    for (const tasks of [this.#new, this.#moved])
      for (const task of tasks.values()) if (task.lane === queue) highest = Math.max(highest ?? 0, task.level)
    return highest
  }

  delete(id: number): void {
    this.#deleted.add(id)
  }

  /** Tasks that this very turn set for a step are not set after all; `isKept` says which stay, by their touch. */
  dropNew(journeyId: number, step: string, isKept: (touchId: number | null) => boolean): void {
    for (const task of this.#new.values())
      if (task.journeyId === journeyId && task.step === step && !isKept(task.touchId)) this.#new.delete(task.id)
  }

  /** Deletes come first: what a step left is gone before the next one's tasks arrive. */
  *write(cleared: readonly ClearedStep[]): Work<void> {
    yield* deleteTasks([...this.#deleted])
    yield* clearTasks(cleared)
    yield* moveTasks([...this.#moved.values()])
    yield* insertTasks([...this.#new.values()])
  }
}
