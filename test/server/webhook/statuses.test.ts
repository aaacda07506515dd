import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/call'
import { profiles } from '#shared/rules/profiles'
import { judge } from '#shared/rules/retry'
import {
  type Behaviour,
  opening,
  type Receiver,
  respond,
  startCaller,
  startReceiver,
  type TestCaller,
} from './receiver'

/** Every status line that a receiver can send, over real sockets, and what is made of it (delivery R15, braze R1). */

let receiver: Receiver
let patient: TestCaller
let hasty: TestCaller
beforeEach(async () => {
  receiver = await startReceiver(answer)
  patient = startCaller(opening(receiver))
  hasty = startCaller(opening(receiver), { deadlineMs: 400 })
})
afterEach(async () => {
  await patient.caller.close()
  await hasty.caller.close()
  await receiver.close()
})

/** The path of a request is the status line that it is answered with. */
const answer: Behaviour = (socket, request) => {
  const line = decodeURIComponent(/^POST \/(\S*)/.exec(request)?.[1] ?? '')
  respond(socket, hasNoBody(Number(line.split(' ')[1])) ? '' : 'x', line)
}

const hasNoBody = (status: number) => status < 200 || status === 204 || status === 304

/** `hasty` for what is no answer: its clock is what ends the attempt. */
const send = (line: string, caller = patient) => caller.send(`${receiver.url}/${encodeURIComponent(line)}`)

/** What becomes of the first attempt. `chance` 0.5 is no jitter at all: the second attempt is 5 s later by the default plan. */
const meaning = (outcome: Outcome) =>
  judge(
    outcome,
    { retry: 'prompt', giveUpAt: null, repeat: 'at-least-once', answers: profiles.hookline.answers },
    1,
    0,
    0.5,
  )

const statuses = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const again = new Set([408, 425, 429])

describe('a status from 200 to 599 on the wire', () => {
  it('is received (2xx), tried again (408, 425, 429, 5xx), or has failed for good, and is said in the log', async () => {
    const all = statuses(200, 599)

    const outcomes = await Promise.all(all.map(status => send(`HTTP/1.1 ${status} Said`)))

    for (const [i, outcome] of outcomes.entries()) {
      const status = all[i] ?? 0
      expect(outcome).toMatchObject({ is: 'answered', status, body: hasNoBody(status) ? '' : 'x' })
      expect(meaning(outcome), `status ${status}`).toEqual(
        status < 300
          ? { is: 'received' }
          : again.has(status) || status >= 500
            ? { is: 'retry', at: 5000, reason: `status ${status}` }
            : { is: 'failed', reason: `status ${status}`, timedOut: false },
      )
    }
    expect(receiver.requests).toHaveLength(all.length)
  })

  it('may come without a reason, or in HTTP/1.0', async () => {
    expect(await send('HTTP/1.1 200')).toMatchObject({ is: 'answered', status: 200 })
    expect(await send('HTTP/1.0 404 Not Found')).toMatchObject({ is: 'answered', status: 404 })
    // Node's parser reads an answer that only calls itself newer, and so do we.
    expect(await send('HTTP/2.0 200 OK')).toMatchObject({ is: 'answered', status: 200 })
  })
})

describe('a status from 100 to 199 on the wire', () => {
  it('is no answer: the attempt has failed, and is tried again', async () => {
    const all = statuses(100, 199)

    const outcomes = await Promise.all(all.map(status => send(`HTTP/1.1 ${status} Wait`, hasty)))

    for (const [i, outcome] of outcomes.entries()) {
      expect(outcome, `status ${all[i]}`).toMatchObject({ is: 'unreachable', sent: true })
      expect(meaning(outcome).is, `status ${all[i]}`).toBe('retry')
    }
  })
})

describe('what is no status', () => {
  it.each([
    ['is missing', 'HTTP/1.1 '],
    ['is missing with its space', 'HTTP/1.1'],
    ['is a word', 'HTTP/1.1 OK OK'],
    ['has one digit', 'HTTP/1.1 2 OK'],
    ['has two digits', 'HTTP/1.1 20 OK'],
    ['has four digits', 'HTTP/1.1 2000 OK'],
    ['is negative', 'HTTP/1.1 -200 OK'],
    ['is of HTTP/9.9', 'HTTP/9.9 200 OK'],
    ['is of no version', 'HTTP/ 200 OK'],
    ['is of another protocol', 'ICY 200 OK'],
    ['is of HTTP/0.9, which has none', '<html>'],
    ['is in small letters', 'http/1.1 200 OK'],
    ['is 000', 'HTTP/1.1 000 Nothing'],
    ['is 099', 'HTTP/1.1 099 Nothing'],
    ['is 600', 'HTTP/1.1 600 Beyond'],
    ['is 999', 'HTTP/1.1 999 Beyond'],
  ])('%s: never received', async (_, line) => {
    const outcome = await send(line, hasty)

    expect(meaning(outcome).is).not.toBe('received')
    expect(outcome).toMatchObject(outcome.is === 'answered' ? { status: Number(line.split(' ')[1]) } : { sent: true })
  })
})
