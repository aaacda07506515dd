import { describe, expect, it } from 'vitest'
import { countSends, sendsIn } from '#shared/explain/sends'
import type { Note } from '#shared/journal'

const replied = (step: string, reply: string): Note => ({ is: 'replied', step, reply, reason: '' }) as Note
const none = { received: 0, failed: 0, notSent: 0, uncertain: 0 }

describe('what became of the sends of a journey', () => {
  it('is counted by how each call ended', () => {
    const all = ['received', 'failed', 'timed-out', 'skipped', 'aborted', 'exited', 'uncertain']

    expect(countSends(all.map(reply => replied('call', reply)))).toEqual({
      received: 1,
      failed: 2,
      notSent: 3,
      uncertain: 1,
    })
  })

  it('is what came of it the last time, where a dead letter was sent again', () => {
    const again = (as: string) => ({ is: 'resend-ended', step: 'call', touch: 1, as, reason: '' }) as Note
    const dead = [replied('other', 'failed'), replied('call', 'failed')]

    expect(sendsIn([...dead, again('received')])).toEqual([
      { step: 'other', is: 'failed' },
      { step: 'call', is: 'received' },
    ])
    expect(countSends([...dead, again('skipped')])).toEqual({ ...none, failed: 2 })
  })
})
