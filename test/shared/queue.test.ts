import { describe, expect, it } from 'vitest'
import { HIGHEST, levelOf, MOST_COUNTED, RISE, rankOf, sayInLine } from '#shared/rules/queue'

describe('marketo-alm rule 20: a place in the line', () => {
  it('is the campaign’s priority, and one level lower for whom a batch brought', () => {
    expect([levelOf(5, null), levelOf(5, {}), levelOf(5, { batch: true }), levelOf(9, {})]).toEqual([5, 5, 4, HIGHEST])
  })

  it('goes by the time inside a level, and a level is worth five minutes', () => {
    expect(rankOf(5, 1000)).toBeLessThan(rankOf(5, 1001))
    expect(rankOf(6, RISE - 1)).toBeLessThan(rankOf(5, 0))
    expect(rankOf(6, RISE)).toBe(rankOf(5, 0))
    expect(rankOf(6, RISE + 1)).toBeGreaterThan(rankOf(5, 0))
  })

  it.each([
    [0, 0, 'Waits in line for crm.example.com: it is the next to leave.'],
    [1, 0, 'Waits in line for crm.example.com: 1 call goes first.'],
    [
      1,
      1,
      'Waits in line for crm.example.com: 1 call goes first, because its priority is higher (this one has 5). Who waits 5 minutes rises by one.',
    ],
    [
      1214,
      12,
      'Waits in line for crm.example.com: 1,214 calls go first, 12 of them because their priority is higher (this one has 5). Who waits 5 minutes rises by one.',
    ],
    [MOST_COUNTED, 0, 'Waits in line for crm.example.com: 10,000 or more calls go first.'],
  ])('is told with %i ahead, %i of them higher', (ahead, higher, said) => {
    expect(sayInLine({ host: 'crm.example.com', level: 5, ahead, higher })).toBe(said)
  })

  it('is told for the rate limit of a campaign', () => {
    expect(sayInLine({ host: null, level: 5, ahead: 3, higher: 0 })).toBe(
      'Waits in line for its turn in the rate limit of this campaign: 3 calls go first.',
    )
  })
})
