import { describe, expect, it } from 'vitest'
import { Changes } from '#server/engine/changes'
import { Lanes } from '#server/engine/lanes'
import { Machines } from '#server/engine/machines'
import { Receivers } from '#server/engine/receivers'
import type { Env } from '#server/env'

describe('what a batch was not told about a lead', () => {
  it('is a broken law when somebody asks, and not nothing', () => {
    const changes = batch()
    changes.knowLeads([{ id: 1, externalId: 'ada', attributes: {}, zone: null }])

    expect(() => changes.listsOf(1)).toThrow('the lists of lead 1 were not loaded')
    expect(() => changes.touchesOf(1)).toThrow('the touches of lead 1 were not loaded')
  })

  it('is nothing for a lead who is new in it', () => {
    const changes = batch()
    changes.addLead({ id: 2, externalId: 'bob', attributes: {}, zone: null })

    expect([...changes.listsOf(2)]).toEqual([])
    expect(changes.touchesOf(2)).toEqual([])
  })
})

function batch(): Changes {
  const clock = { now: () => 0, behind: () => 0, monotonic: () => 0, after: () => () => {} }
  const lanes = new Lanes({ room: 1, startedAt: 0 }, new Receivers())
  // Of the environment a batch asks for the clock alone until something is decided.
  return new Changes({ clock } as unknown as Env, lanes, new Machines())
}
