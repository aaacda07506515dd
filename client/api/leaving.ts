import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { postRemovalSchema } from '#shared/api/leaving'
import { ask } from './fetch'

const journeySchemas = () => import('#shared/api/journeys')

const load = () => import('#shared/api/leaving')
const part = encodeURIComponent

type Signal = { readonly signal?: AbortSignal }

/** Calls of the API that take leads out of campaigns. All throw `ApiError`. */
export const leaving = {
  journey: (id: number, reason: string) =>
    ask(() => journeySchemas().then(s => s.journeySchema), 'POST', `/journeys/${id}/remove`, { body: { reason } }),
  many: (campaign: string, body: z.input<typeof postRemovalSchema>) =>
    ask(() => load().then(s => s.removalSchema), 'POST', `/campaigns/${part(campaign)}/removals`, { body }),
  preview: (campaign: string, leads: readonly string[]) =>
    ask(() => load().then(s => s.removalPreviewSchema), 'POST', `/campaigns/${part(campaign)}/removals/preview`, {
      body: { leads },
    }),
  removals: (campaign: string, signal: Signal = {}) =>
    ask(() => load().then(s => s.removalsSchema), 'GET', `/campaigns/${part(campaign)}/removals`, signal).then(
      answer => answer.removals,
    ),
  stop: (id: number) => ask(() => load().then(s => s.removalSchema), 'DELETE', `/removals/${id}`),
}

export const removalsKey = (campaign: string) => ['removals', campaign] as const

/** Removals of many and aborts, newest first; asked often while one runs. */
export function useRemovals(campaign: string) {
  return useQuery({
    queryKey: removalsKey(campaign),
    queryFn: ({ signal }) => leaving.removals(campaign, { signal }),
    refetchInterval: query => (query.state.data?.[0]?.status === 'running' ? 500 : false),
  })
}
