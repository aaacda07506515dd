import type { NewAlert } from '../../store/alerts'
import type { StoredAttempt } from '../../store/attempts'
import type { Delivery } from '../../store/deliveries'
import type { Replay } from '../../store/replays'

/** What a turn writes about deliveries. */
export class Written {
  readonly attempts: StoredAttempt[] = []
  readonly deliveries = new Map<number, Delivery>()
  readonly replays = new Map<string, Replay>()
  /** Subscriptions whose standing is stored. */
  readonly stored = new Set<string>()
  /** Of those that fail for days; and targets that were spoken of so and answer again. */
  readonly reminders: (NewAlert & { readonly receiver: string })[] = []
  readonly wellAgain: string[] = []
  /** Hooks that are gone. */
  readonly deleted: string[] = []

  keep(delivery: Delivery): void {
    this.deliveries.set(delivery.id, delivery)
  }

  again(replay: Replay): void {
    this.replays.set(replay.subscriptionId, replay)
  }
}
