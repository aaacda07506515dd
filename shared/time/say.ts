import { sayDuration } from './duration'
import { sayInstant } from './window'

// Instants and spans as parts of sentences. `now`: the instant at which the sentence is true. What is near to it is
// said in short.

/** An instant with its zone, `08:00 (Asia/Seoul)`. The day is left out when it is that of `now`. */
export function sayWithZone(at: number, zone: string, now: number): string {
  return `${sayInstant(at, zone, { now })} (${zone})`
}

/** `on Tue 24 Nov, 00:00`, or `at 10:30` when that is on the day of `now`. */
export function sayOn(at: number, zone: string, now: number): string {
  const said = sayInstant(at, zone, { now })
  return said.includes(',') ? `on ${said}` : `at ${said}`
}

/**
 * `in 5 seconds`, or `at 10:30 (Asia/Seoul)` when it is further away: the first retries come within the minute that is
 * shown.
 */
export function saySoon(at: number, zone: string, now: number): string {
  const seconds = Math.max(1, Math.round((at - now) / 1000))
  return seconds < 120 ? `in ${sayDuration(`PT${seconds}S`)}` : `at ${sayWithZone(at, zone, now)}`
}

/** A span in words, to the second: `29 minutes`. */
export function sayMs(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  return sayDuration(`P${days}DT${hours}H${minutes}M${seconds % 60}S`)
}
