import { useQuery } from '@tanstack/react-query'
import type { LeadView } from '#shared/api'
import { api, keys } from '../../api'

/** The newest leads: what attributes are called, and whom a preview can be drawn for. */
export function useSomeLeads(search = ''): readonly LeadView[] {
  const query = useQuery({
    queryKey: [...keys.allLeads, 'some', search],
    queryFn: ({ signal }) => api.leads({ limit: 50, ...(search === '' ? {} : { search }) }, { signal }),
    staleTime: 30_000,
  })
  return query.data?.leads ?? []
}

/** Places that a condition may look at, for completion: `lead.country`, taken from leads that exist. Any other may be typed. */
export function useLookups(scopes: readonly string[]): readonly string[] {
  const leads = useSomeLeads()
  const attributes = [...new Set(leads.flatMap(lead => Object.keys(lead.attributes)))].sort()
  return scopes.flatMap(scope => {
    if (scope === 'lead') return [...attributes, 'external_id', 'time_zone'].map(name => `lead.${name}`)
    return scope === 'event' ? ['event.name'] : []
  })
}
