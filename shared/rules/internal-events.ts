/**
 * What happens inside Hookline and can be heard like an event: by triggers, and by whatever waits for an event. The
 * names begin with a `$`, which events from outside may not, so that nobody can send one. The one function that emits
 * them is in shared/engine/work/unit.ts.
 */
export const internalEvents = {
  /** `attribute`, `from`, `to`; null where the attribute was, or is, missing. */
  attributeChanged: '$attribute.changed',
  /** `list`. */
  listAdded: '$list.added',
  listRemoved: '$list.removed',
  /** `requested_by`, and the properties of the request. Addressed to one campaign. */
  requested: '$campaign.requested',
  /** The properties that were passed on. Addressed to one campaign. */
  executed: '$campaign.executed',
  /**
   * `campaign`, `step`, `outcome` (received, failed), `status`, `attempts`, `response`. Once a send, when nothing more
   * is tried.
   */
  webhookCalled: '$webhook.called',
  /**
   * To the lead whom the settings name: `webhook`, `campaign`, `campaign_name`, `step`, `failed`, `calls`, `percent`,
   * `minutes`. Once an alert. `receiver` and `reached`: the receiver only fails, and this percentage of the time until
   * it is switched off has passed; null where an alert is about the step.
   */
  alertRaised: '$webhook.alert',
  /** `campaign`, `goal` (its id), `goal_name`, `event`, `event_id`. */
  converted: '$campaign.converted',
  /** What the API was given. Addressed to one campaign. */
  entered: '$entry',
} as const

/** Is this the name of something that only Hookline itself can make happen? */
export function isReserved(event: string): boolean {
  return event.startsWith('$')
}

/** The event of a change of a list's members. */
export const listEvents = { added: internalEvents.listAdded, removed: internalEvents.listRemoved } as const
