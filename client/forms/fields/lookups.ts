import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { LeadView } from '#shared/api'
import { api, keys, useFields } from '../../api'
import { useFormContext } from '../context'

/** The newest leads: what attributes are called. */
function useSomeLeads(): readonly LeadView[] {
  return useLeadSearch('').leads
}

/** The first 50 that the search of leads finds; the newest where nothing is looked for. */
export function useLeadSearch(search: string): { readonly leads: readonly LeadView[]; readonly isLoading: boolean } {
  const query = useQuery({
    queryKey: [...keys.allLeads, 'some', search],
    queryFn: ({ signal }) => api.leads({ limit: 50, ...(search === '' ? {} : { search }) }, { signal }),
    staleTime: 30_000,
  })
  return { leads: query.data?.leads ?? nobody, isLoading: query.isLoading }
}
const nobody: readonly LeadView[] = []

/**
 * Places that a condition may look at, for completion: `lead.country`, from the lead fields and from leads that exist.
 * Any other may be typed.
 */
export function useLookups(scopes: readonly string[]): readonly string[] {
  const leads = useSomeLeads()
  const fields = useFields().data?.fields
  const { journey } = useFormContext()
  // The same list until something is called differently: fields that complete from it are not drawn again by every key.
  return useMemo(() => {
    const names = [...(fields ?? []).map(f => f.name), ...leads.flatMap(lead => Object.keys(lead.attributes))]
    const attributes = [...new Set(names)].sort()
    return scopes.flatMap(scope => {
      if (scope === 'lead') return [...attributes, 'external_id', 'time_zone'].map(name => `lead.${name}`)
      if (scope === 'journey') return journey
      if (scope === 'call') return ['call.status', 'call.outcome']
      return scope === 'event' ? ['event.name'] : []
    })
  }, [scopes, leads, fields, journey])
}
