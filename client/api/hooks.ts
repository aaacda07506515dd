import { keepPreviousData, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from './api'
import { ApiError } from './fetch'

/** One cache for all screens. A refusal (4xx) is not asked again; a server that does not answer is, twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 2_000, retry: (failures, error) => failures < 2 && mayPass(error) },
      mutations: { retry: false },
    },
  })
}

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502)
}

/** Names of what the cache holds: invalidate with these, never with a written-out list. */
export const keys = {
  campaigns: ['campaigns'] as const,
  tags: ['tags'] as const,
  campaign: (id: string) => ['campaign', id] as const,
  version: (id: string, version: number) => ['version', id, version] as const,
  report: (id: string) => ['report', id] as const,
  entrance: (id: string) => ['entrance', id] as const,
  refusedEntries: (externalId: string) => ['refused-entries', externalId] as const,
  allLeads: ['leads'] as const,
  leads: (search: string) => ['leads', search] as const,
  leadJourneys: (externalId: string) => ['lead', externalId] as const,
  journey: (id: number) => ['journey', id] as const,
  imports: ['imports'] as const,
  import: (id: string) => ['imports', id] as const,
  eventNames: ['event-names'] as const,
  eventProperties: (name: string) => ['event-properties', name] as const,
  lists: ['lists'] as const,
  list: (id: string) => ['lists', id] as const,
  members: (id: string) => ['lists', id, 'members'] as const,
  sandbox: ['sandbox'] as const,
}

/** All campaigns; asked again every 5 s while the page is looked at, for its counts. */
export function useCampaigns() {
  return useQuery({
    queryKey: keys.campaigns,
    queryFn: ({ signal }) => api.campaigns({ signal }),
    refetchInterval: 5_000,
  })
}

/** Tags in use, by name. */
export function useTags() {
  return useQuery({ queryKey: keys.tags, queryFn: ({ signal }) => api.tags({ signal }) })
}

/** A campaign with its draft. */
export function useCampaign(id: string) {
  return useQuery({ queryKey: keys.campaign(id), queryFn: ({ signal }) => api.campaign(id, { signal }) })
}

/** A published version; none while there is none. It never changes, so it is asked once. */
export function useVersion(id: string, version: number | null) {
  return useQuery({
    queryKey: keys.version(id, version ?? 0),
    queryFn: ({ signal }) => api.version(id, version ?? 0, { signal }),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Runs of a batch, those to come, and who waits in line; asked again every 5 s, for its counts. */
export function useEntrance(id: string) {
  return useQuery({
    queryKey: keys.entrance(id),
    queryFn: ({ signal }) => api.entrance(id, { signal }),
    refetchInterval: 5_000,
  })
}

/** Which campaigns a lead did not enter, and why. */
export function useRefusedEntries(externalId: string) {
  return useQuery({
    queryKey: keys.refusedEntries(externalId),
    queryFn: ({ signal }) => api.refusedEntries(externalId, { signal }),
  })
}

/** Counts, conversions and rates of a campaign. */
export function useReport(id: string) {
  return useQuery({ queryKey: keys.report(id), queryFn: ({ signal }) => api.report(id, { signal }) })
}

/** All lists of leads, by name. */
export function useLists() {
  return useQuery({ queryKey: keys.lists, queryFn: ({ signal }) => api.lists({ signal }) })
}

/** One list of leads. */
export function useList(id: string) {
  return useQuery({ queryKey: keys.list(id), queryFn: ({ signal }) => api.list(id, { signal }) })
}

const PAGE = 100

/** Who is on a list, page by page. */
export function useMembers(id: string) {
  return useInfiniteQuery({
    queryKey: keys.members(id),
    queryFn: ({ pageParam, signal }) =>
      api.listMembers(id, { limit: PAGE, ...(pageParam ? { after: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
  })
}

/** Leads, newest first, page by page. The pages of the search before stay on screen until the new ones are here. */
export function useLeads(search: string) {
  return useInfiniteQuery({
    queryKey: keys.leads(search),
    queryFn: ({ pageParam, signal }) =>
      api.leads(
        { limit: PAGE, ...(search === '' ? {} : { search }), ...(pageParam ? { after: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
  })
}

/** One lead with its journeys; asked again every 5 s while the page is looked at. */
export function useLeadJourneys(externalId: string) {
  return useQuery({
    queryKey: keys.leadJourneys(externalId),
    queryFn: ({ signal }) => api.leadJourneys(externalId, { signal }),
    refetchInterval: 5_000,
  })
}

/** One journey with its journal and every attempt. */
export function useJourney(id: number) {
  return useQuery({ queryKey: keys.journey(id), queryFn: ({ signal }) => api.journey(id, { signal }) })
}

/** How far an import has come; asked every 400 ms while it runs. */
export function useImport(id: string) {
  return useQuery({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => api.importState(id, { signal }),
    refetchInterval: query => (query.state.data === undefined || query.state.data.status === 'running' ? 400 : false),
  })
}

/** Imports, the newest first; asked every 2 s while one runs. */
export function useImports() {
  return useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => api.imports({ signal }),
    refetchInterval: query => (query.state.data?.some(({ status }) => status === 'running') ? 2_000 : false),
  })
}

/** Names of events that were seen or are used, for completion. */
export function useEventNames() {
  return useQuery({ queryKey: keys.eventNames, queryFn: ({ signal }) => api.eventNames({ signal }) })
}

/** What arrived at the sandbox receiver, and how it answers. */
export function useSandbox() {
  return useQuery({ queryKey: keys.sandbox, queryFn: ({ signal }) => api.sandbox({ signal }) })
}
