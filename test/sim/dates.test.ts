import { describe, expect, it } from 'vitest'
import { explain } from '#shared/explain/explain'
import type { Json } from '#shared/json'
import { anybody, graph, posts, step } from './graphs'
import { World } from './world'

// found C1, E4: what a lead sees of dates, through the whole engine.

const booked = step('trigger', { event: 'booked', where: anybody })

/** A reminder the day before a date of the event; whoever has no date that can be read is asked for one, if the step says so. */
function reminder(whenUnread: 'fail' | 'port') {
  return graph(
    {
      in: booked,
      wait: step('wait-until', {
        until: 'field',
        field: 'event.starts_at',
        offset: -1,
        whenPassed: 'go-on',
        whenUnread,
      }),
      remind: step('call-webhook', posts('remind')),
      ask: step('call-webhook', posts('ask')),
    },
    ['in -> wait', 'wait -> remind', ...(whenUnread === 'port' ? ['wait:no-date -> ask'] : [])],
  )
}

async function worldWith(g: ReturnType<typeof graph>): Promise<World> {
  const world = await World.create({ start: '2026-03-27T09:00:00Z' })
  expect(await world.launch('c', g)).toEqual({ is: 'done' })
  return world
}

describe('a reminder one day before a date of the event (found C1)', () => {
  it.each<[Json]>([
    ['2026-05-10T15:00:00.000+0000'],
    ['2026-05-10 15:00:00'],
    ['2026-05-10 15:00:00 UTC'],
    ['Sun, 10 May 2026 15:00:00 GMT'],
    ['20260510T150000Z'],
    ['May 10, 2026 3:00 PM'],
    [1778425200],
    ['1778425200000'],
  ])('written as %j leaves then, and not before', async startsAt => {
    const world = await worldWith(reminder('fail'))
    const ada = await world.lead('ada')

    await ada.does('booked', { starts_at: startsAt })
    await world.runUntil('2026-05-09T14:59:59Z')
    expect([world.arrived.length, await ada.at()]).toEqual([0, 'wait'])

    await world.runUntil('2026-05-09T15:00:00Z')
    expect(world.arrived).toHaveLength(1)
  })

  it.each<[Json]>([['next week'], ['10/05/2026'], ['2026-02-30'], [42], ['2031-01-01']])(
    'written as %j never leaves: the lead has failed, and the journal says which value it was',
    async startsAt => {
      const world = await worldWith(reminder('fail'))
      const ada = await world.lead('ada')

      await ada.does('booked', { starts_at: startsAt })
      await world.runOut()

      expect(world.arrived).toHaveLength(0)
      expect(await ada.at()).toBe('failed')
      const told = (await ada.story()).map(entry => explain(entry, { graph: reminder('fail'), zone: 'UTC' })).at(-1)
      expect(told).toContain(startsAt === '2031-01-01' ? 'more than two years ahead' : `${JSON.stringify(startsAt)}`)
    },
  )

  it('goes the way "Not a date" for such a value, when the step says so', async () => {
    const world = await worldWith(reminder('port'))
    const ada = await world.lead('ada')

    await ada.does('booked', { starts_at: 'next week' })

    expect(world.arrived.map(({ call }) => new URL(call.request.url).pathname)).toEqual(['/ask'])
  })

  it('still goes on for a lead without any date, as it always did', async () => {
    const world = await worldWith(reminder('fail'))
    const ada = await world.lead('ada')

    await ada.does('booked', {})

    expect(world.arrived).toHaveLength(1)
  })
})

describe('a webhook whose template is given no date (found E4)', () => {
  const greeting = graph(
    {
      in: booked,
      call: step(
        'call-webhook',
        posts('hi', { body: { as: 'text', contentType: 'text/plain', text: "on {{ event.when | date: '%d %B' }}" } }),
      ),
    },
    ['in -> call'],
  )

  it('sends the value as it is, with a line in the journal of the lead', async () => {
    const world = await worldWith(greeting)
    const [ada, bob] = [await world.lead('ada'), await world.lead('bob')]

    await ada.does('booked', { when: 'soon' })
    await bob.does('booked', { when: 'May 17, 2026' })

    expect(world.arrived.map(({ call }) => call.request.body)).toEqual(['on soon', 'on 17 May'])
    const noted = async (lead: typeof ada) =>
      (await lead.story()).flatMap(entry => (entry.is === 'noted' ? [[entry.step, entry.what]] : []))
    expect(await noted(ada)).toEqual([['call', 'A date of the template was printed as it stands: "soon" is no date.']])
    expect(await noted(bob)).toEqual([])
  })
})
