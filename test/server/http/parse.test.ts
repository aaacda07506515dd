import { describe, expect, it } from 'vitest'
import { ofOne, parseBody } from '#server/http/request/json'
import { parseAll } from '#server/http/request/parse'
import { postEventsSchema } from '#shared/api'

const [one, many] = postEventsSchema.options
const events = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `e${i}`, lead: 'ada', name: 'seen' }))

/** How many turns others have until this is done. */
async function turnsOfOthers(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const other = () => {
    if (isOver) return
    turns++
    setImmediate(other)
  }
  setImmediate(other)
  await work()
  isOver = true
  return turns
}

describe('a long list', () => {
  it('lets others have a turn whenever it has taken 10 ms', async () => {
    let now = 0
    const slow = () => ++now

    expect(await turnsOfOthers(() => parseAll(one, many, events(1_000), slow))).toBeGreaterThan(50)
    expect(await turnsOfOthers(() => parseAll(one, many, events(1_000), () => 0))).toBe(0)
  })

  it('is refused where one of its members is wrong, with the place of it', async () => {
    const body = [...events(700), { id: 'x', lead: '', name: 'seen' }]

    await expect(parseAll(one, many, body, () => 0)).rejects.toMatchObject({ problems: [{ path: '700.lead' }] })
  })
})

describe('a long body', () => {
  it('is read in steps, with others in between', async () => {
    const body = (n: number) =>
      Buffer.from(JSON.stringify(events(n).map(event => ({ ...event, long: 'é'.repeat(300) }))))

    expect(await turnsOfOthers(() => parseBody(body(2_000), ofOne))).toBeGreaterThan(1)
    expect(await turnsOfOthers(() => parseBody(body(100), ofOne))).toBe(0)
  })
})
