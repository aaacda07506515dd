import type { Task } from '../store/tasks'
import type { Work } from '../store/work'

/**
 * The seam between the loop and where due work comes from. embedded.ts: SQLite, this process alone. Later cluster.ts:
 * PostgreSQL with pg-boss, many machines. The loop above it is written once.
 */
export interface Runtime {
  /** Makes one decision's worth of reads and writes happen, all or nothing. */
  readonly transact: <T>(work: Work<T>) => Promise<T>
  /**
   * Due work, now owned by this process: at most `timers` timers and `calls` calls. Runs inside the transaction that
   * settles it.
   */
  readonly pull: (now: number, most: { readonly timers: number; readonly calls: number }) => Work<readonly Task[]>
  /** When something falls due by itself; null when nothing waits. Calls count only when there is room for one. */
  readonly nextDue: (roomForCalls: boolean) => Promise<number | null>
  /**
   * Takes back what this process (or its predecessor) had handed out and not settled: due again at `now`. A turn of its
   * own, before the first tick.
   */
  readonly recover: (now: number) => Work<void>
}
