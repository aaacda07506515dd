import { describe, expect, it } from 'vitest'
import { leadsNeeded, sayLacking } from '#shared/rules/statistics/groups'

const group = (id: string, weight: number, judged = 0) => ({
  id,
  label: id.toUpperCase(),
  weight,
  judged,
  isControl: id === 'control',
})

describe('a winner rule that asks for leads in each group', () => {
  it('names the groups that lack them, and how many', () => {
    const groups = [group('a', 45, 450), group('b', 45, 199), group('control', 10, 95)]

    expect(sayLacking(groups, 200)).toBe('control lacks 105 leads, B 1')
    expect(sayLacking(groups, 95)).toBeUndefined()
    expect(sayLacking([group('a', 0, 0), group('b', 100, 4)], 5)).toBe('B lacks 1 lead')
  })

  it('needs as many in all as fill the smallest group, control included', () => {
    expect(leadsNeeded([group('a', 45), group('b', 45), group('control', 10)], 1000)).toMatchObject({
      all: 10_000,
      last: { id: 'control' },
    })
    expect(leadsNeeded([group('a', 50), group('b', 50)], 1000)).toMatchObject({ all: 2000 })
    expect(leadsNeeded([group('a', 33.3), group('b', 66.7)], 100)).toMatchObject({ all: 301 })
    expect(leadsNeeded([], 100)).toBeNull()
  })
})
