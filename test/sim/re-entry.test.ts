import { describe, expect, it } from 'vitest'
import type { Settings } from '#shared/graph/schema'
import { always, ok } from '#shared/simulate/endpoints'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

// Who may enter again, and when: braze R18 and R19, marketo-alm rule 23, with the vectors of the documents.

const calls = (entry: Settings['entry']) =>
  graph(
    { in: step('trigger', { event: 'go', where: anybody }), call: step('call-webhook', posts('x')) },
    ['in -> call'],
    {
      entry,
    },
  )

/** Launches, lets ada go at each instant, and says at which of them she entered. */
async function enters(entry: Settings['entry'], instants: readonly string[]): Promise<string[]> {
  const world = await World.create({ start: '2026-01-01T00:00:00Z' })
  await world.launch('c', calls(entry))
  const ada = await world.lead('ada')
  const entered: string[] = []
  for (const at of instants) {
    await world.runUntil(at)
    const before = (await ada.journeys()).length
    world.send({ lead: 'ada', name: 'go' })
    await world.runUntil(at)
    if ((await ada.journeys()).length > before) entered.push(at)
  }
  await world.finalLaws()
  return entered
}

describe('the re-entry rule', () => {
  it('is "once" by default, and every time or once a period when it is chosen (braze R19, marketo-alm rule 23)', async () => {
    const instants = ['2026-05-04T09:00:00Z', '2026-05-04T09:00:01Z', '2026-06-04T09:00:00Z']

    expect(await enters({ rule: 'once' }, instants)).toEqual([instants[0]])
    expect(await enters({ rule: 'every-time' }, instants)).toEqual(instants)
    expect(await enters({ rule: 'once-per-period', period: 'P30D' }, instants)).toEqual([instants[0], instants[2]])
  })

  it.each<[string, string, readonly string[], readonly number[]]>([
    [
      'a day is 24 hours: Sunday 22:00, Monday 21:59 and 22:00 (marketo-alm rule 23)',
      'P1D',
      ['2026-05-03T22:00:00Z', '2026-05-04T21:59:59Z', '2026-05-04T22:00:00Z'],
      [0, 2],
    ],
    [
      'a week is 168 hours (marketo-alm rule 23)',
      'P7D',
      ['2026-05-03T22:00:00Z', '2026-05-10T21:59:59Z', '2026-05-10T22:00:00Z'],
      [0, 2],
    ],
    [
      'a month is 720 hours (marketo-alm rule 23)',
      'P30D',
      ['2026-01-31T12:00:00Z', '2026-03-02T11:59:59Z', '2026-03-02T12:00:00Z'],
      [0, 2],
    ],
    [
      'received 08:30 is too soon for 08:00 the next day (braze R18)',
      'P1D',
      ['2026-05-03T08:30:00Z', '2026-05-04T08:00:00Z', '2026-05-04T08:30:00Z'],
      [0, 2],
    ],
    [
      '15 February 09:00 and 30 days is 17 March 09:00 (braze R18)',
      'P30D',
      ['2026-02-15T09:00:00Z', '2026-03-15T09:00:00Z', '2026-03-17T09:00:00Z'],
      [0, 2],
    ],
    [
      'no clock change moves it: seconds count, not days (braze R18)',
      'P1D',
      ['2026-03-28T12:00:00Z', '2026-03-29T11:59:59Z', '2026-03-29T12:00:00Z'],
      [0, 2],
    ],
  ])('%s', async (_, period, instants, expected) => {
    expect(await enters({ rule: 'once-per-period', period }, instants)).toEqual(expected.map(i => instants[i]))
  })

  it('that counts receipts lets in again who entered and got nothing, until something was received (braze R19)', async () => {
    const world = await World.create()
    world.receiver = always(404)
    await world.launch('c', calls({ rule: 'once', counted: 'receipt' }))
    const ada = await world.lead('ada')

    await ada.does('go')
    await ada.does('go')
    world.receiver = ok
    await ada.does('go')
    await ada.does('go')
    await world.die()
    await ada.does('go')

    expect(await ada.journeys()).toHaveLength(3)
    await world.finalLaws()
  })

  it('that counts receipts begins its period with the receipt, not with the entry (braze R19)', async () => {
    const world = await World.create({ start: '2026-05-04T09:00:00Z' })
    const later = graph(
      {
        in: step('trigger', { event: 'go', where: anybody }),
        wait: step('delay', { wait: 'PT6H' }),
        call: step('call-webhook', posts('x')),
      },
      ['in -> wait', 'wait -> call'],
      { entry: { rule: 'once-per-period', period: 'P1D', counted: 'receipt' } },
    )
    await world.launch('c', later)
    const ada = await world.lead('ada')
    await ada.does('go')

    await world.runUntil('2026-05-05T09:00:01Z')
    await ada.does('go')
    expect(await ada.journeys()).toHaveLength(1)
    await world.runUntil('2026-05-05T15:00:30Z')
    await ada.does('go')

    expect(await ada.journeys()).toHaveLength(2)
  })

  it('that counts receipts sees one that comes in the very batch in which the lead knocks again', async () => {
    const world = await World.create()
    world.receiver = () => ({ after: 1000, with: { is: 'answered', status: 200, body: '{}' } })
    const onScore = step('trigger', { ways: [{ on: 'attribute', attribute: 'score', where: anybody }] })
    const once = { entry: { rule: 'once', counted: 'receipt' } } as const
    await world.launch('c', graph({ in: onScore, call: step('call-webhook', posts('x')) }, ['in -> call'], once))
    const again = {
      in: step('trigger', { event: 'go', where: anybody }),
      wait: step('delay', { wait: 'PT1S' }),
      set: step('score', { field: 'score', by: 1 }),
    }
    await world.launch('again', graph(again, ['in -> wait', 'wait -> set']))
    const ada = await world.lead('ada', { score: 1 })

    world.send({ lead: 'ada', name: 'go' })
    await world.changes('ada', { score: 2 })
    await world.runUntil('PT1M')

    expect(await ada.attributes()).toEqual({ score: 3 })
    expect((await ada.journeys()).map(j => j.campaignId).sort()).toEqual(['again', 'c'])
    await world.finalLaws()
  })
})
