import { loadSettings } from '../store/settings'
import type { Work } from '../store/work'
import type { EngineParts } from './parts'
import type { Turn } from './turn'

/** Reads what was chosen for the installation: at the start, and whenever the settings were changed. */
export function* retune(parts: EngineParts, { unit: { now } }: Turn): Work<void> {
  const { registry, queues, alerts, receivers, subscriptions } = parts
  yield* registry.retune()
  const settings = yield* loadSettings()
  queues.allow(settings.connections)
  yield* alerts.load(settings.alerts, now)
  yield* receivers.load(settings.switchingOff, now)
  yield* subscriptions.load(settings.subscriptions)
}
