import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { CampaignView } from '#shared/api'
import { api, keys } from '../api'
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
    mutationFn: ({ id, act }: { id: string; act: 'pause' | 'resume' }) => api[act](id),
    onSuccess: ({ id, name }, { act }) => {
      if (act === 'pause') toast.done(`${name} is paused`, 'Nobody enters and nobody moves until you resume it.')
      else toast.done(`${name} is live again`, 'What fell due during the pause happens now.')
      return refresh(id)
    },
    onError: (error, { act }) => toast.refused(`Could not ${act} the campaign`, error),
  })
}

/** Stops a campaign for good. The refusal stays with the dialog that asked. */
export function useStop() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, inside }: { id: string; inside: 'finish' | 'exit' }) => api.stop(id, inside),
    onSuccess: ({ id, name }) => {
      toast.done(`${name} is stopped`)
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

function useRefresh() {
  const queries = useQueryClient()
  return (id: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.campaigns }),
      queries.invalidateQueries({ queryKey: keys.campaign(id) }),
      queries.invalidateQueries({ queryKey: keys.report(id) }),
    ])
}
