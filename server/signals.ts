/** What of the process is needed to end it. */
export interface Ending {
  readonly on: (signal: 'SIGINT' | 'SIGTERM', heard: () => void) => unknown
  readonly exit: (code: number) => void
  /** A line for the terminal. */
  readonly say: (sentence: string) => void
}

/** 128 and the number of the signal, as shells have it. */
const codes = { SIGINT: 130, SIGTERM: 143 } as const

/** The first signal stops in order, a second one of either kind at once. */
export function stopOnSignals(close: () => Promise<void>, { on, exit, say }: Ending): void {
  let isStopping = false
  const stop = (signal: keyof typeof codes) => {
    if (isStopping) {
      say(
        'Hookline stopped at once, because it was told so twice. Calls that were under way are made again at the next start, under the same webhook-id.',
      )
      exit(codes[signal])
      return
    }
    isStopping = true
    close().then(
      () => exit(0),
      error => {
        say(`The server did not stop in order: ${error instanceof Error ? error.message : error}`)
        exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) on(signal, () => stop(signal))
}
