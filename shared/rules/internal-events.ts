/**
 * What happens inside Hookline and can be heard like an event: by triggers, and by whatever waits for an event. The names begin with a `$`, which events
 * from outside may not, so that nobody can send one. shared/engine/work/unit.ts has the one function that emits them.
 */
export const internalEvents = {
  /** `attribute`, `from`, `to`; null where the attribute was, or is, not known. */
  attributeChanged: '$attribute.changed',
  /** `list`. */
  listAdded: '$list.added',
  listRemoved: '$list.removed',
  /** `requested_by`, and the properties of the request. Meant for one campaign. */
  requested: '$campaign.requested',
  /** The properties that were passed on. Meant for one campaign. */
  executed: '$campaign.executed',
  /** `campaign`, `step`, `outcome` (received, failed), `status`, `attempts`, `response`. Once a send, when nothing more is tried. */
  webhookCalled: '$webhook.called',
  /**
   * To the lead whom the settings name: `webhook`, `campaign`, `campaign_name`, `step`, `failed`, `calls`, `percent`, `minutes`. Once an alert. `receiver` and
   * `reached`: it only fails, and so much of the time is over after which it is switched off, in percent; null where an alert is about the step.
   */
  alertRaised: '$webhook.alert',
  /** `campaign`, `goal` (its id), `goal_name`, `event`, `event_id`. */
  converted: '$campaign.converted',
  /** What the API was given. Meant for one campaign. */
  entered: '$entry',
} as const

/** Is this the name of something that only Hookline itself can make happen? */
export function isReserved(event: string): boolean {
  return event.startsWith('$')
}

/** What is made of a change of a list's members. */
export const listEvents = { added: internalEvents.listAdded, removed: internalEvents.listRemoved } as const
