import { useQuery } from '@tanstack/react-query'
import type { ExperimentAct } from '#shared/api/experiments'
import { ask } from './fetch'

const reportSchemas = () => import('#shared/api/report')

const part = encodeURIComponent
const load = () => import('#shared/api/experiments')

/** Decides about an experiment by hand; answers the report as it is then. Throws `ApiError`. */
export function decideExperiment(campaignId: string, step: string, body: ExperimentAct) {
  return ask(
    () => reportSchemas().then(s => s.reportSchema),
    'POST',
    `/campaigns/${part(campaignId)}/experiments/${part(step)}`,
    { body },
  )
}

/** How fast leads come, and how many convert. */
export function usePace(campaignId: string) {
  return useQuery({
    queryKey: ['pace', campaignId],
    queryFn: ({ signal }) =>
      ask(() => load().then(s => s.paceSchema), 'GET', `/campaigns/${part(campaignId)}/pace`, { signal }),
  })
}
