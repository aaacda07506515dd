/** Names of events that Hookline makes itself. They start with `$`, which no name from outside may. */

/** The lead was asked for by another campaign; `event.<property>` is what it passed on. */
export const REQUESTED = '$campaign.requested'

/** The lead came on a list, or went off it. `event.list` is the list's id. */
export const listEvents = { added: '$list.added', removed: '$list.removed' } as const
