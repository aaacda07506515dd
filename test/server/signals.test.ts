import { describe, expect, it } from 'vitest'
import { stopOnSignals } from '#server/signals'

function aProcess() {
  const heard = new Map<string, () => void>()
  const codes: number[] = []
  const said: string[] = []
  return {
    codes,
    said,
    send: (signal: 'SIGINT' | 'SIGTERM') => heard.get(signal)?.(),
    ending: {
      on: (signal: string, hear: () => void) => heard.set(signal, hear),
      exit: (code: number) => void codes.push(code),
      say: (sentence: string) => void said.push(sentence),
    },
  }
}

describe('a signal', () => {
  it('stops the server in order', async () => {
    const { ending, codes, said, send } = aProcess()
    stopOnSignals(async () => {}, ending)

    send('SIGTERM')

    await expect.poll(() => codes).toEqual([0])
    expect(said).toEqual([])
  })

  it.each([
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGINT', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
  ] as const)('%s, and then %s, ends it at once with a sentence', (first, second, code) => {
    const { ending, codes, said, send } = aProcess()
    stopOnSignals(() => new Promise(() => {}), ending)

    send(first)
    expect(codes).toEqual([])
    send(second)

    expect(codes).toEqual([code])
    expect(said[0]).toMatch(/^Hookline stopped at once/)
  })

  it('says what kept it from stopping in order', async () => {
    const { ending, codes, said, send } = aProcess()
    stopOnSignals(() => Promise.reject(new Error('the disk is gone')), ending)

    send('SIGINT')

    await expect.poll(() => codes).toEqual([1])
    expect(said).toEqual(['The server did not stop in order: the disk is gone'])
  })
})
