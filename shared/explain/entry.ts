import { explainCondition } from '../rules/conditions'
import type { Refusal } from '../rules/entry'
import { sayInstant } from '../time/window'

/** What a sentence about a refusal needs beside it: the zone to say instants in, and when it was refused (ms). */
export interface AboutEntry {
  readonly zone: string
  readonly at: number
}

const PER = { hour: 'in an hour', day: 'in a day', lifetime: 'ever', run: 'in a run' } as const

/** Why a lead did not enter, as a sentence: `Entered before, on Mon 4 May, 09:00 (UTC), and the campaign lets a lead in once.` */
export function explainRefusal(refusal: Refusal, { zone, at }: AboutEntry): string {
  const instant = (then: number) => `${sayInstant(then, zone, { now: at })} (${zone})`
  const withKey = (key: string | null) => (key === null ? '' : ` with "${key}"`)
  switch (refusal.why) {
    case 'paused':
      return 'The campaign was paused; nobody enters then.'
    case 'no-way':
      return refusal.by === 'api' ? 'The campaign has no way in for the API.' : 'The campaign takes no requests.'
    case 'before-launch':
      return refusal.at === undefined
        ? `The event is from before the launch at ${instant(refusal.launchedAt)}.`
        : `The event is from ${instant(refusal.at)}, before the launch at ${instant(refusal.launchedAt)}.`
    case 'condition':
      return `The condition of the trigger did not hold: ${explainCondition(refusal.seen)}.`
    case 'not-open':
      return `The campaign lets leads in from ${instant(refusal.from)} on.`
    case 'closed':
      return `The campaign has let nobody in since ${instant(refusal.until)}.`
    case 'audience':
      return `Not of the audience: ${explainCondition(refusal.seen)}.`
    case 'no-key':
      return `${refusal.key} is not known, and each journey needs its own.`
    case 'once':
      return refusal.counted === 'receipt'
        ? `Received a webhook of the campaign${withKey(refusal.key)} at ${instant(refusal.last)}, and it sends to a lead once.`
        : `Entered before${withKey(refusal.key)}, at ${instant(refusal.last)}; the campaign lets a lead in once.`
    case 'period':
      return `${refusal.counted === 'receipt' ? 'Received a webhook of the campaign' : 'Entered'}${withKey(refusal.key)} at ${instant(refusal.last)}; may enter again from ${instant(refusal.free)} on.`
    case 'inside':
      return refusal.counted === 'receipt'
        ? `Still walks the campaign${withKey(refusal.key)}, and may receive its webhook yet; only who has received none may enter again.`
        : `Still walks the campaign${withKey(refusal.key)}, and it lets a lead walk it once at a time.`
    case 'same-run':
      return 'Has entered in this run already.'
    case 'full': {
      const again = refusal.free === null ? '' : `; there is room again from ${instant(refusal.free)} on`
      return `The campaign lets at most ${refusal.most.toLocaleString('en-US')} leads enter ${PER[refusal.per]}, and they have${again}.`
    }
  }
}
