import { describe, expect, it } from 'vitest'
import type { IncomingEvent } from '#shared/engine/entry/ingest'
import { IngestBuffer } from '#shared/engine/entry/ingest-buffer'

const event = (id: string, at = 0): IncomingEvent => ({ lead: 'ada', event: { id, name: 'e', at, properties: {} } })
const idsOf = (events: readonly IncomingEvent[]) => events.map(one => one.event.id).join(' ')
const one = () => 1

/** Takes turns of so many, each of which commits. Answers what each took; an event `n` starts n journeys. */
function takenBy(buffer: IngestBuffer, most: number, weigh: (event: IncomingEvent) => number = one): string[] {
  const turns: string[] = []
  while (buffer.waiting > 0) turns.push(takeOne(buffer, most, weigh))
  return turns
}

function takeOne(buffer: IngestBuffer, most: number, weigh: (event: IncomingEvent) => number = one): string {
  const events = buffer.next(most, weigh)
  buffer.came(events.map(({ event }) => ({ duplicate: false, started: Number(event.id) || 0 })))
  buffer.committed()
  buffer.answer(null)
  return idsOf(events)
}

describe('a request of many events', () => {
  it('is taken in the order of their times, and of their coming where that is the same', async () => {
    const buffer = new IngestBuffer()
    const answer = buffer.add([event('5', 50), event('3', 30), event('1', 10), event('4', 30), event('2', 20)])

    expect(takenBy(buffer, 2)).toEqual(['1 2', '3 4', '5'])
    expect((await answer).map(({ started }) => started)).toEqual([5, 3, 1, 4, 2])
  })

  it('holds the first to come of those with one id, whatever its time', () => {
    const buffer = new IngestBuffer()
    void buffer.add([event('a', 50), event('b', 30), event('a', 10), event('c', 40)])

    expect(takenBy(buffer, 3)).toEqual(['b c a', 'a'])
  })

  it('is answered when the last of them is stored', async () => {
    const buffer = new IngestBuffer()
    let isAnswered = false
    const answer = buffer.add([event('1'), event('2'), event('3')]).then(() => {
      isAnswered = true
    })

    takeOne(buffer, 2)
    await Promise.resolve()
    expect(isAnswered).toBe(false)
    takeOne(buffer, 2)
    await answer
  })

  it('is refused when a part cannot be stored, with the rest of it; others are not', async () => {
    const buffer = new IngestBuffer()
    const refused = buffer.add([event('1'), event('2'), event('3')])
    const other = buffer.add([event('4')])

    takeOne(buffer, 2)
    buffer.next(1, one)
    buffer.rolledBack(new Error('no room'))

    await expect(refused).rejects.toThrow('no room')
    expect(takenBy(buffer, 2)).toEqual(['4'])
    expect(await other).toHaveLength(1)
  })
})

describe('events of which much comes', () => {
  it('are taken in smaller parts, in the order of their coming', () => {
    const buffer = new IngestBuffer()
    for (const id of ['1', '4', '5', '2', '2', '99', '1']) void buffer.add([event(id)])

    expect(takenBy(buffer, 8, ({ event }) => Number(event.id))).toEqual(['1 4', '5 2', '2', '99', '1'])
  })
})
