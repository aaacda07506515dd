import { freeAgainAt, windowStart } from '../../time/window'
import { type Gate, pass } from './gate'

/**
 * No more than N webhook calls to one lead in a window, over all campaigns (braze R20-R23). All rules must pass; the first that does not is named. A capped
 * call is skipped and never sent later. A retry was counted when its touch was reserved.
 */
export const frequencyCap: Gate = {
  name: 'frequency-cap',
  ask: ({ world, campaign: { caps }, touches, retry }) => {
    if (caps.length === 0 || retry) return pass
    const counted = caps.map(cap => {
      const from = windowStart(cap, world.zone, world.now)
      const inWindow = touches.filter(at => at >= from && at <= world.now)
      return { cap, inWindow }
    })
    const full = counted.find(({ cap, inWindow }) => inWindow.length >= cap.most)
    if (full === undefined) {
      const rules = counted.map(({ cap, inWindow }) => ({ rule: sayCap(cap), count: inWindow.length, most: cap.most }))
      return { is: 'pass', saw: { rules } }
    }
    const { cap, inWindow } = full
    const freeAt = freeAgainAt(cap, world.zone, inWindow, world.now)
    return {
      is: 'skip',
      saw: { rule: sayCap(cap), count: inWindow.length, most: cap.most, freeAt, zone: world.zone },
      reason: `${inWindow.length} of ${cap.most} webhooks already (rule "${sayCap(cap)}")`,
    }
  },
}

/** The rule's own name, or what it says. */
export function sayCap({
  name,
  most,
  amount,
  unit,
}: {
  name: string
  most: number
  amount: number
  unit: string
}): string {
  return name.trim() || `at most ${most} in ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
