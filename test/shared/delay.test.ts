import { describe, expect, it } from 'vitest'
import { prepare, start } from '#shared/journey/journey'
import { kindOf } from '#shared/steps/index'
import { anybody, graph, step } from '../sim/graphs'

/** When a delay ends for a lead who comes to it at this instant. */
function endOf(config: Record<string, unknown>, arrives: string, zone = 'UTC'): string {
  const now = Date.parse(arrives)
  const drawn = graph({ in: step('trigger', { event: 'go', where: anybody }), wait: step('delay', config) }, [
    'in -> wait',
  ])
  const { effects } = start(
    prepare(drawn, 'c'),
    {
      now,
      lead: { id: 1, externalId: 'ada', attributes: {}, zone },
      zone,
      zoneFrom: 'lead',
      system: { sandbox: '' },
    },
    { id: 'e', name: 'go', at: now, properties: {} },
  )
  const timer = effects.find(effect => effect.type === 'timer.set')
  return new Date(timer?.at ?? Number.NaN).toISOString().replace(':00.000Z', 'Z')
}

const land = (wait: string, time: string, weekdays: number[] = []) => ({ wait, after: 'land', time, weekdays })

describe('a delay that lands on a weekday and time', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      '1 week at 08:00 from 07:00 is that day (braze R14)',
      land('P1W', '08:00'),
      '2026-12-04T07:00Z',
      '2026-12-11T08:00Z',
    ],
    [
      '1 week at 08:00 from 09:00 is the day after (braze R14)',
      land('P1W', '08:00'),
      '2026-12-04T09:00Z',
      '2026-12-12T08:00Z',
    ],
    [
      '1 day at 14:00 from 14:01 is in two days (braze R14)',
      land('P1D', '14:00'),
      '2026-04-13T14:01Z',
      '2026-04-15T14:00Z',
    ],
    [
      '48 h from Friday 17:00, Mon-Fri 09:00, is Monday 09:00 (rule 26)',
      land('PT48H', '09:00', [1, 2, 3, 4, 5]),
      '2026-05-08T17:00Z',
      '2026-05-11T09:00Z',
    ],
    ['is not moved when it ends exactly there', land('P1D', '09:00', [2]), '2026-05-04T09:00Z', '2026-05-05T09:00Z'],
  ])('%s', (_, config, arrives, expected) => {
    expect(endOf(config, arrives)).toBe(expected)
  })

  it("lands on the lead's own clock, over a clock change too", () => {
    expect(endOf(land('P1D', '09:00', [7]), '2026-03-27T12:00Z', 'Europe/Berlin')).toBe('2026-03-29T07:00Z')
  })

  it('says where it lands', () => {
    const { summary, example } = kindOf('delay')

    expect(summary({ ...example, ...land('P2D', '09:00', [1, 2, 3, 4, 5]) })).toBe(
      'Wait 2 days, then the next Mon to Fri, 09:00',
    )
  })
})

describe('a delay that just goes on', () => {
  it('ends when its time is over, whatever weekday and time it would land on', () => {
    expect(endOf({ ...land('PT48H', '09:00', [1]), after: 'go-on' }, '2026-05-08T17:00Z')).toBe('2026-05-10T17:00Z')
  })
})
