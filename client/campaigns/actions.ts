import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { CampaignView } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { api, keys } from '../api'
import { removalsKey } from '../api/leaving'
import { toast } from '../ui'

/** Creates a campaign (`sample` with its leads, or a blank one with this name) and opens its canvas. */
export function useCreateCampaign(): UseMutationResult<CampaignView, Error, { name: string } | 'sample'> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: what => (what === 'sample' ? api.createSample() : api.createCampaign(what)),
    onSuccess: campaign => {
      queries.setQueryData(keys.campaign(campaign.id), campaign)
      void queries.invalidateQueries({ queryKey: keys.campaigns })
      void queries.invalidateQueries({ queryKey: keys.allLeads })
      void navigate({ to: '/campaigns/$id', params: { id: campaign.id } })
    },
  })
}

/** Pauses or resumes a campaign and says what that means for the leads inside. */
export function usePauseOrResume() {
  const refresh = useRefresh()
  return useMutation({
    // The list shows no draft: what it shows is the version that goes on.
    mutationFn: ({ id, act, liveVersion }: { id: string; act: 'pause' | 'resume'; liveVersion: number | null }) =>
      act === 'pause' ? api.pause(id) : api.resume(id, { liveVersion }),
    onSuccess: ({ id, name, graph }, { act }) => {
      if (act === 'pause') toast.done(`${name} is paused`, 'Nobody enters and nobody moves until you resume it.')
      else toast.done(`${name} is live again`, sayLate(graph))
      return refresh(id)
    },
    onError: (error, { id, act }) => {
      toast.refused(`Could not ${act} the campaign`, error)
      return refresh(id)
    },
  })
}

/** Stops a campaign for good. The refusal stays with the dialog that asked. */
export function useStop() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, ...how }: { id: string; inside: 'finish' | 'exit'; reason: string }) => api.stop(id, how),
    onSuccess: ({ id, name }, { inside }) => {
      if (inside === 'exit')
        toast.done(`${name} is aborted`, 'The leads who are inside leave now. What was sent stays sent.')
      else toast.done(`${name} is stopped`)
      return refresh(id)
    },
  })
}

/** Deletes a draft that was never launched. */
export function useDeleteCampaign() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => api.deleteCampaign(id),
    onSuccess: (_, { id, name }) => {
      toast.done(`${name} is deleted`)
      queries.removeQueries({ queryKey: keys.campaign(id) })
      return queries.invalidateQueries({ queryKey: keys.campaigns })
    },
  })
}

/** What a resume does with that which fell due during the pause. */
export function sayLate({ settings }: Graph): string {
  return settings.afterPause.late === 'always'
    ? 'What fell due during the pause happens now.'
    : 'What fell due during the pause happens now, unless it is too late.'
}

function useRefresh() {
  const queries = useQueryClient()
  return (id: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.campaigns }),
      queries.invalidateQueries({ queryKey: keys.campaign(id) }),
      queries.invalidateQueries({ queryKey: keys.report(id) }),
      queries.invalidateQueries({ queryKey: removalsKey(id) }),
    ])
}
