import { describe, expect, it } from 'vitest'
import { type Counter, type CounterParts, count, type GoalParts, insideBy, readCounter } from '#shared/rules/counters'

// Counters are stored under names for years. Here they are held to what tables hold already, and what is written to what is read.

const [seven, usd] = [count.ofGoal(7), 'USD']
const of = (parts: GoalParts): CounterParts => ({ is: 'goal', goal: 7, of: parts })

/** Each way to count, complete by type: as it is stored, and as it is read. */
const plain = (
  is: Exclude<CounterParts['is'], 'left' | 'instead' | 'unsent' | 'exit' | 'assigned' | 'convertedBy' | 'goal'>,
) => [[count[is], is, { is }]] as const
const written: {
  readonly [W in Exclude<keyof typeof count, 'ofGoal'>]: readonly (readonly [Counter, string, CounterParts])[]
} = {
  entered: plain('entered'),
  finished: plain('finished'),
  exited: plain('exited'),
  failed: plain('failed'),
  converted: plain('converted'),
  received: plain('received'),
  undelivered: plain('undelivered'),
  skipped: plain('skipped'),
  ended: plain('ended'),
  moved: plain('moved'),
  left: [[count.left('yes'), 'left:yes', { is: 'left', port: 'yes' }]],
  instead: [
    [
      count.instead('timed-out', 'failed'),
      'instead:timed-out:failed',
      { is: 'instead', port: 'timed-out', by: 'failed' },
    ],
  ],
  unsent: [
    [
      count.unsent('skipped', 'quiet-hours'),
      'unsent:skipped:quiet-hours',
      { is: 'unsent', reply: 'skipped', by: 'quiet-hours' },
    ],
  ],
  exit: [
    [count.exit('by-hand'), 'exit:by-hand', { is: 'exit', cause: 'by-hand' }],
    [count.exit('rule:1x7f'), 'exit:rule:1x7f', { is: 'exit', cause: 'rule:1x7f' }],
    [count.exit('step:end'), 'exit:step:end', { is: 'exit', cause: 'step:end' }],
  ],
  assigned: [[count.assigned('a'), 'assigned:a', { is: 'assigned', variant: 'a', first: false }]],
  assignedFirst: [[count.assignedFirst('a'), 'assigned-first:a', { is: 'assigned', variant: 'a', first: true }]],
  convertedBy: [[count.convertedBy('a'), 'converted:a', { is: 'convertedBy', variant: 'a', first: false }]],
  convertedFirst: [[count.convertedFirst('a'), 'converted-first:a', { is: 'convertedBy', variant: 'a', first: true }]],
}
const ofGoal: { readonly [W in keyof typeof seven]: readonly (readonly [Counter, string, CounterParts])[] } = {
  converted: [
    [seven.converted(), 'goal:7:converted', of({ is: 'converted', variant: null })],
    [seven.converted('a'), 'goal:7:converted:a', of({ is: 'converted', variant: 'a' })],
  ],
  first: [[seven.first('a'), 'goal:7:first:a', of({ is: 'first', variant: 'a' })]],
  times: [
    [seven.times(), 'goal:7:times', of({ is: 'times', variant: null })],
    [seven.times('a'), 'goal:7:times:a', of({ is: 'times', variant: 'a' })],
  ],
  value: [
    [seven.value(usd), 'goal:7:value:USD', of({ is: 'value', variant: null, currency: usd })],
    [seven.value(usd, 'a'), 'goal:7:value:a:USD', of({ is: 'value', variant: 'a', currency: usd })],
  ],
  credit: [[seven.credit(), 'goal:7:credit', of({ is: 'credit' })]],
  creditValue: [[seven.creditValue(usd), 'goal:7:credit-value:USD', of({ is: 'credit-value', currency: usd })]],
}
const all = [...Object.values(written), ...Object.values(ofGoal)].flat()

describe('a counter', () => {
  it.each(all.map(([what, stored, parts]) => [stored, what, parts] as const))(
    '%s is stored under this name for good, and read as what was counted',
    (stored, what, parts) => {
      expect(what).toBe(stored)
      expect(readCounter(stored)).toEqual(parts)
    },
  )

  it('has a name of its own', () => {
    expect(new Set(all.map(([what]) => what)).size).toBe(all.length)
  })

  it('of another version of Hookline is none that is known', () => {
    for (const other of ['', 'later', 'later:a', 'goal:7', 'goal:7:later', 'goal:7:first', 'goal:7:value'])
      expect(readCounter(other)).toBeUndefined()
  })

  it('says who is there: in a step those who neither left, ended nor moved, in a campaign those who are not over', () => {
    const inside = (step: string) => (sign: number) =>
      all.flatMap(([what, stored]) => (insideBy({ step, what }) === sign ? [stored] : [])).sort()

    expect(inside('call')(1)).toEqual(['entered'])
    expect(inside('call')(-1)).toEqual(['ended', 'left:yes', 'moved'])
    expect(inside('')(1)).toEqual(['entered'])
    expect(inside('')(-1)).toEqual(['exited', 'failed', 'finished', 'moved'])
  })
})
