/**
 * Lengths of time in ms. A day of the calendar may be an hour shorter or longer (time/calendar.ts); this one is 24
 * hours.
 */
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000
