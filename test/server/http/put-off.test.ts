import { describe, expect, it } from 'vitest'
import { journeySchema, journeysSchema } from '#shared/api'
import type { Call } from '#shared/call'
import { callingGraph, createCampaign, eventually, startTestServer } from './server'

describe('a fault of our own', () => {
  it('is waited out for as long as it says, costs no attempt, and is told in the journal', async () => {
    const handedOut: { readonly at: number; readonly call: Call }[] = []
    const server = await startTestServer({
      connect: (_own, { onEnds }) => ({
        dispatch: calls => {
          for (const call of calls) {
            handedOut.push({ at: performance.now(), call })
            const { touch } = call
            const message = 'No address for "crm.example.com" within 2000 ms.'
            const end =
              handedOut.length === 1
                ? ({ touch, is: 'withdrawn', why: 'ours', message, inMs: 300 } as const)
                : ({ touch, ms: 1, is: 'answered', status: 200, headers: {}, body: '', cut: false } as const)
            setImmediate(() => onEnds([end]))
          }
        },
        revoke: async () => {},
        inFlight: () => 0,
        close: async () => {},
      }),
    })
    const { id } = await createCampaign(server, callingGraph('https://crm.example.com/leads'))
    await server.ask('POST', `/campaigns/${id}/launch`, {})

    await server.ask('POST', '/events', { id: 'e-1', lead: 'ada', name: 'signed_up' })
    await eventually(() => expect(handedOut).toHaveLength(2))

    const [first, second] = handedOut
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(290)
    expect([first?.call.attempt, second?.call.attempt]).toEqual([1, 1])
    const said = await eventually(async () => {
      const { journeys } = journeysSchema.parse((await server.ask('GET', '/leads/ada/journeys')).json)
      const journey = journeySchema.parse((await server.ask('GET', `/journeys/${journeys[0]?.id}`)).json)
      expect(journey.status).toBe('finished')
      return JSON.stringify(journey)
    })
    expect(said).toContain('through no fault of the endpoint')
    expect(server.errors).toEqual([])
    await server.close()
  })
})
