import { useQuery } from '@tanstack/react-query'
import type { Health } from '#shared/api'
import { parseAnswer, tryJson, unreachable } from './fetch'

const path = '/healthz'

/** How the server is: it lies beside the API, for whoever watches the process. Throws `ApiError`. */
async function health({ signal }: { readonly signal: AbortSignal }): Promise<Health> {
  const response = await fetch(path, { signal }).catch((cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause)
  })
  return parseAnswer((await import('#shared/api/system')).healthSchema, tryJson(await response.text()), path)
}

/** Asked again every minute while it is looked at. */
export function useHealth() {
  return useQuery({ queryKey: ['health'], queryFn: health, refetchInterval: 60_000 })
}
