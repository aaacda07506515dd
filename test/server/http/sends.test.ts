import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeySchema, journeysSchema } from '#shared/api'
import { callingGraph, createCampaign, eventually, startTestServer, type TestServer } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('a journey whose webhook did not arrive', () => {
  it.each([
    ['is refused', '404', { failed: 1 }],
    ['arrives', '200', { received: 1 }],
  ])('says on the page of its lead that it %s', async (_, answer, sends) => {
    await server.ask('PUT', '/sandbox', { answer })
    const { id } = await createCampaign(server, callingGraph(), `Answers ${answer}`)
    await server.ask('POST', `/campaigns/${id}/launch`, {})
    await server.ask('POST', '/events', { id: `e-${answer}`, lead: `lead-${answer}`, name: 'signed_up' })

    const journey = await eventually(async () => {
      const { journeys } = journeysSchema.parse((await server.ask('GET', `/leads/lead-${answer}/journeys`)).json)
      expect(journeys[0]?.status).toBe('finished')
      return journeys[0]
    })

    expect(journey?.sends).toEqual({ received: 0, failed: 0, notSent: 0, uncertain: 0, ...sends })
    const whole = journeySchema.parse((await server.ask('GET', `/journeys/${journey?.id}`)).json)
    expect(whole.sends).toEqual(journey?.sends)
  })
})
