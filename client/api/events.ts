import { useEffect, useRef, useState } from 'react'
import { base, goToSignIn, tryJson } from './fetch'

/** What to do with each named server-sent event. `data` is parsed JSON, still to be checked by a schema. */
export type EventHandlers = Readonly<Record<string, (data: unknown) => void>>
export type Connection = 'connecting' | 'open' | 'lost'

const REOPEN_MS = 3_000

/**
 * Listens to server-sent events of the API (`url` is the path below /api/v1; null listens to nothing) and says how the
 * line is. Handlers may be new on every render; a line that was refused or dropped is opened again.
 */
export function useEvents(url: string | null, handlers: EventHandlers): Connection {
  const [connection, setConnection] = useState<Connection>('connecting')
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  const names = Object.keys(handlers).join(' ')

  useEffect(() => {
    if (url === null) return
    return listen(`${base}${url}`, names.split(' '), {
      hear: (name, data) => latest.current[name]?.(data),
      say: setConnection,
    })
  }, [url, names])
  return connection
}

interface Ear {
  readonly hear: (name: string, data: unknown) => void
  readonly say: (connection: Connection) => void
}

/** A refused line does not say why: somebody may be signed out. */
async function askAgain(): Promise<void> {
  const answer = await fetch(`${base}/access`).catch(() => undefined)
  if (answer?.status === 401) goToSignIn()
}

/** Opens a line; answers how to close it. */
function listen(address: string, names: readonly string[], { hear, say }: Ear): () => void {
  let source: EventSource
  let reopening: ReturnType<typeof setTimeout> | undefined
  const open = () => {
    source = new EventSource(address)
    source.onopen = () => say('open')
    source.onerror = () => {
      say('lost')
      // A browser retries a dropped line by itself, but gives up for good after a refusal.
      if (source.readyState !== EventSource.CLOSED) return
      reopening = setTimeout(open, REOPEN_MS)
      void askAgain()
    }
    for (const name of names) source.addEventListener(name, event => hear(name, tryJson(String(event.data))))
  }
  open()
  return () => {
    clearTimeout(reopening)
    source.close()
  }
}
