import { describe, expect, it } from 'vitest'
import { CampaignRegistry } from '#shared/engine/campaigns/registry'
import type { Env } from '#shared/engine/env'
import { HostQueues } from '#shared/engine/send/host-queues'
import { Receivers } from '#shared/engine/send/receivers'
import { UnitOfWork } from '#shared/engine/work/unit'

describe('what a batch was not told about a lead', () => {
  it('is said when somebody asks: a broken law, and not nothing', () => {
    const { unit, said } = batch()
    unit.knowLeads([{ id: 1, externalId: 'ada', attributes: {}, zone: null }])

    expect([...unit.listsOf(1)]).toEqual([])
    expect(unit.touchesOf(1)).toEqual([])
    expect(said).toEqual([
      'law 2: the lists of lead 1 should have been loaded',
      'law 2: the touches of lead 1 should have been loaded',
    ])
  })

  it('is nothing for a lead who is new in it', () => {
    const { unit, said } = batch()
    unit.addLead({ id: 2, externalId: 'bob', attributes: {}, zone: null })

    expect([...unit.listsOf(2)]).toEqual([])
    expect(unit.touchesOf(2)).toEqual([])
    expect(said).toEqual([])
  })
})

function batch() {
  const said: string[] = []
  const log = { error: ({ err }: { err: Error }) => said.push(err.message) }
  const clock = { now: () => 0, behind: () => 0, monotonic: () => 0, after: () => () => {} }
  const queues = new HostQueues({ room: 1, startedAt: 0, originOf: url => url }, new Receivers())
  // Of the environment a batch asks for no more until something is decided.
  return { unit: new UnitOfWork({ clock, log } as unknown as Env, queues, new CampaignRegistry()), said }
}
