import { type Sql, sql } from './work'

// Queues in which calls wait, as the column `lane` of tasks names them. Of those for a receiver that is switched off.

const RECEIVER = 'receiver '

/** The queue in which calls wait for a receiver that is switched off. */
export function queueOfReceiver(address: string): string {
  return RECEIVER + address
}

/** The receiver whose queue this is; undefined: it is none. */
export function receiverOfQueue(queue: string | null): string | undefined {
  return queue?.startsWith(RECEIVER) ? queue.slice(RECEIVER.length) : undefined
}

/** The same of a task in SQL: is its queue one of a receiver? Written as the index tasks_held says it. */
export const inReceiverQueue: Sql = sql`(lane >= 'receiver ' and lane < 'receiver!')`
