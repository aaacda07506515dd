import { beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import type { Walk } from '#shared/simulate/one-lead'
import { walkRandomLead } from '../../sim/random-lead'
import { openWasm } from '../../wasm'

/** Some 60 ms each; fifty of them are walked in a browser too (test/browser/simulation.test.ts). */
const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1)
const PATIENCE_MS = 240_000

const walks = new Map<number, Walk>()
beforeAll(async () => {
  for (const seed of SEEDS) {
    const store = openSqlite(':memory:')
    walks.set(seed, await walkRandomLead(seed, store))
    store.close()
  }
}, PATIENCE_MS)

describe('one lead through random drafts', () => {
  it(
    "is told the same over the browser's SQLite as over the server's, to the byte (law 9)",
    async () => {
      for (const [seed, expected] of walks) {
        const store = await openWasm()
        const found = await walkRandomLead(seed, store)
        store.close()
        expect(JSON.stringify(found), `seed ${seed}`).toBe(JSON.stringify(expected))
      }
    },
    PATIENCE_MS,
  )

  it('goes from step to step without a gap, from the entry on, and everything is said in a sentence', () => {
    const sum = { launched: 0, journeys: 0, sent: 0, refusals: 0 }
    for (const [seed, walk] of walks) {
      if (walk.is === 'refused') continue
      sum.launched++
      sum.sent += walk.sent.length
      sum.refusals += walk.refusals.length
      for (const { path, story } of walk.journeys) {
        sum.journeys++
        expect(path[0]?.step, `seed ${seed}`).toBe('entry')
        for (const [i, next] of path.slice(1).entries()) expect(path[i]?.leftAt, `seed ${seed}`).toBe(next.at)
        const texts = story.map(({ text }) => text)
        expect(
          texts.filter(text => !/^[A-Z].*[.!?]$/s.test(text)),
          `seed ${seed}`,
        ).toEqual([])
      }
    }

    // Most of what is drawn comes to something.
    expect(sum.launched).toBeGreaterThan(24)
    expect(sum.journeys).toBeGreaterThan(40)
    expect(sum.sent).toBeGreaterThan(20)
    expect(sum.refusals).toBeGreaterThan(5)
  })
})
