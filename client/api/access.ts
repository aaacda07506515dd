import { useQuery } from '@tanstack/react-query'
import { ask } from './fetch'

const load = () => import('#shared/api/access').then(s => s.accessSchema)

/** Does this server ask for a token? It stays as it is until the server is started anew. */
export function useAccess() {
  return useQuery({
    queryKey: ['access'],
    queryFn: ({ signal }) => ask(load, 'GET', '/access', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
