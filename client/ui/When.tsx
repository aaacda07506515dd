import { useNow } from './now'
import { sayExact, sayRelative } from './say'

/** An instant (ms), relative to now, with the exact one and its zone on hover. `zone` defaults to the viewer's. */
export function When({ at, zone }: { at: number; zone?: string }) {
  const relative = useNow(now => sayRelative(at, now))
  return (
    <time dateTime={new Date(at).toISOString()} title={sayExact(at, zone)} style={{ whiteSpace: 'nowrap' }}>
      {relative}
    </time>
  )
}
