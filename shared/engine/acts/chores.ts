import { countQueues, resumingCampaigns, unparkTasks } from '../../store/tasks'
import type { Work } from '../../store/work'
import { continueGoals } from '../campaigns/stored-goals'
import type { HostQueues } from '../send/host-queues'
import { continueReasking } from '../send/reask'
import type { Turn } from '../turn'
import type { Book } from '../turns'
import { continueMigration } from './migration'
import { continueRemoving } from './remove'
import { continueResending } from './resend'

/**
 * Work that somebody began by hand and that takes many ticks: a part of it in each, so that no tick takes long. How far
 * it is stands in its tables, so that a crash loses at most the part that was not committed.
 */

/** Does the next part; `most`: leads or sends of it. Answers whether there may be more. */
type Part = (turn: Turn, most: number, queues: HostQueues) => Work<boolean>

const parts = {
  /** Tasks of resumed campaigns. */
  resume: (_turn, _most, queues) => resumeMore(queues),
  /** Leads to bring to another version. */
  migrate: continueMigration,
  /** Leads to take out. */
  remove: continueRemoving,
  /** Held calls whose reason may be over. */
  reask: continueReasking,
  /** Dead letters to send again. */
  resend: continueResending,
  /** Goals that stored events are gone through for. */
  compute: continueGoals,
} satisfies Record<string, Part>

type Chore = keyof typeof parts
const all = Object.keys(parts) as readonly Chore[]

/**
 * Which chores may have something left. Each is asked once after a start and after every act by hand; where there is
 * nothing, a tick asks nobody.
 */
export class Chores implements Book {
  #open: ReadonlySet<Chore> = new Set(all)
  /** Those that the open turn leaves something of; undefined: it does none. */
  #left: Set<Chore> | undefined
  readonly #queues: HostQueues

  constructor(queues: HostQueues) {
    this.#queues = queues
  }

  /** Somebody may have begun one. */
  mayHaveBegun(): void {
    this.#open = new Set(all)
  }

  /** Does a part, where there may be one. A tick asks for each of them. */
  *goOn(chore: Chore, turn: Turn, most: number): Work<void> {
    const part: Part = parts[chore]
    this.#left ??= new Set()
    if (this.#open.has(chore) && (yield* part(turn, most, this.#queues))) this.#left.add(chore)
  }

  /** Has the open turn left something to do? */
  get areLeft(): boolean {
    return this.#left !== undefined && this.#left.size > 0
  }

  committed(): void {
    this.#open = this.#left ?? this.#open
    this.#left = undefined
  }

  rolledBack(): void {
    this.#left = undefined
  }
}

function* resumeMore(queues: HostQueues): Work<boolean> {
  const campaigns = yield* resumingCampaigns()
  if (campaigns.length === 0) return false
  for (const id of campaigns) yield* unparkTasks(id)
  for (const [queue, { level }] of yield* countQueues()) queues.wait(queue, level)
  return true
}
