import { describe, expect, it } from 'vitest'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import { Requests } from '#shared/engine/entry/requests'

const event = (id: string, at = 0): IncomingEvent => ({ lead: 'ada', event: { id, name: 'e', at, properties: {} } })
const idsOf = (events: readonly IncomingEvent[]) => events.map(one => one.event.id).join(' ')
const one = () => 1

/** Takes turns of so many, each of which commits. Answers what each took; an event `n` starts n journeys. */
function takenBy(requests: Requests, most: number, weigh: (event: IncomingEvent) => number = one): string[] {
  const turns: string[] = []
  while (requests.waiting > 0) turns.push(takeOne(requests, most, weigh))
  return turns
}

function takeOne(requests: Requests, most: number, weigh: (event: IncomingEvent) => number = one): string {
  const events = requests.next(most, weigh)
  requests.came(events.map(({ event }) => ({ duplicate: false, started: Number(event.id) || 0 })))
  requests.committed()
  requests.answer(null)
  return idsOf(events)
}

describe('a request of many events', () => {
  it('is taken in the order of their times, and of their coming where that is the same', async () => {
    const requests = new Requests()
    const answer = requests.add([event('5', 50), event('3', 30), event('1', 10), event('4', 30), event('2', 20)])

    expect(takenBy(requests, 2)).toEqual(['1 2', '3 4', '5'])
    expect((await answer).map(({ started }) => started)).toEqual([5, 3, 1, 4, 2])
  })

  it('holds the first to come of those with one id, whatever its time', () => {
    const requests = new Requests()
    void requests.add([event('a', 50), event('b', 30), event('a', 10), event('c', 40)])

    expect(takenBy(requests, 3)).toEqual(['b c a', 'a'])
  })

  it('is answered when the last of them is stored', async () => {
    const requests = new Requests()
    let isAnswered = false
    const answer = requests.add([event('1'), event('2'), event('3')]).then(() => {
      isAnswered = true
    })

    takeOne(requests, 2)
    await Promise.resolve()
    expect(isAnswered).toBe(false)
    takeOne(requests, 2)
    await answer
  })

  it('is refused when a part cannot be stored, with the rest of it; others are not', async () => {
    const requests = new Requests()
    const refused = requests.add([event('1'), event('2'), event('3')])
    const other = requests.add([event('4')])

    takeOne(requests, 2)
    requests.next(1, one)
    requests.rolledBack(new Error('no room'))

    await expect(refused).rejects.toThrow('no room')
    expect(takenBy(requests, 2)).toEqual(['4'])
    expect(await other).toHaveLength(1)
  })
})

describe('events of which much comes', () => {
  it('are taken in smaller parts, in the order of their coming', () => {
    const requests = new Requests()
    for (const id of ['1', '4', '5', '2', '2', '99', '1']) void requests.add([event(id)])

    expect(takenBy(requests, 8, ({ event }) => Number(event.id))).toEqual(['1 4', '5 2', '2', '99', '1'])
  })
})
