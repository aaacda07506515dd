import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { countsSchema, type Report } from '#shared/api/report'
import { type Connection, keys, useEvents } from '../api'

/** Counts come with each event; what is not in it (variants, webhooks) is asked again at most this often. */
const REFETCH_MS = 2_000

/** Keeps a report fresh from the campaign's live counts. */
export function useLiveReport(campaignId: string): Connection {
  const queries = useQueryClient()
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(asking.current), [])

  return useEvents(`/campaigns/${encodeURIComponent(campaignId)}/live`, {
    counts: data => {
      const counts = countsSchema.safeParse(data)
      if (!counts.success) return
      queries.setQueryData<Report>(keys.report(campaignId), report => report && { ...report, counts: counts.data })
      asking.current ??= setTimeout(() => {
        asking.current = undefined
        void queries.invalidateQueries({ queryKey: keys.report(campaignId) })
      }, REFETCH_MS)
    },
  })
}
