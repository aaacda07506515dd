import { describe, expect, it } from 'vitest'
import { finishedLook, saySends } from '../../client/ui/sends'

const none = { received: 0, failed: 0, notSent: 0, uncertain: 0 }

describe('what became of the sends of a journey', () => {
  it('is said in words, and nothing where no webhook was called for', () => {
    expect(saySends({ received: 2, failed: 1, notSent: 0, uncertain: 0 })).toBe('Webhooks: 2 received, 1 failed')
    expect(saySends(none)).toBe('')
  })

  it.each([
    [none, { status: 'finished' }],
    [{ ...none, received: 3 }, { status: 'finished' }],
    [
      { ...none, received: 3, failed: 1 },
      { status: 'finished-failed', detail: '1 failed' },
    ],
    [
      { ...none, notSent: 1 },
      { status: 'finished-unsent', detail: '1 not sent' },
    ],
    [
      { ...none, uncertain: 2, notSent: 1 },
      { status: 'finished-uncertain', detail: '2 uncertain' },
    ],
  ] as const)('makes the end of the way green only when all arrived: %o', (sends, look) => {
    expect(finishedLook(sends)).toEqual(look)
  })
})
