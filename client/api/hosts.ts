import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { putHostSchema } from '#shared/api/hosts'
import { ask } from './fetch'

const load = () => import('#shared/api/hosts')

/** Calls of the API about the hosts that webhooks go to. All throw `ApiError`. */
export const hosts = {
  list: (signal: { readonly signal?: AbortSignal } = {}) =>
    ask(() => load().then(s => s.hostsSchema), 'GET', '/hosts', signal),
  limit: (body: z.input<typeof putHostSchema>) => ask(() => load().then(s => s.hostSchema), 'PUT', '/hosts', { body }),
}

export const hostsKey = ['hosts'] as const

/** How each host fares; asked again every 2 s while the page is looked at. */
export function useHosts() {
  return useQuery({ queryKey: hostsKey, queryFn: ({ signal }) => hosts.list({ signal }), refetchInterval: 2_000 })
}
