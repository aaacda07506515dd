import { useQuery } from '@tanstack/react-query'
import type { Seen } from '#shared/api'
import type { Plan } from '#shared/graph/migration'
import { ask } from './fetch'

type Signal = { readonly signal?: AbortSignal }
export type Towards = 'draft' | 'live'

const load = () => import('#shared/api/versions')
const address = (id: string) => `/campaigns/${encodeURIComponent(id)}`
const latest = () => load().then(s => s.latestMigrationSchema)

/** Calls of the API about versions of a campaign, and about leads between them. All throw `ApiError`. */
export const versions = {
  history: (id: string, signal: Signal = {}) =>
    ask(() => load().then(s => s.versionsSchema), 'GET', `${address(id)}/versions`, signal).then(a => a.versions),
  pending: (id: string, to: Towards, signal: Signal = {}) =>
    ask(() => load().then(s => s.pendingChangeSchema), 'GET', `${address(id)}/difference`, {
      query: { to },
      ...signal,
    }),
  rehearse: (id: string, to: Towards, migration: Plan) =>
    ask(() => load().then(s => s.rehearsalSchema), 'POST', `${address(id)}/migration/rehearsal`, {
      body: { to, migration },
    }),
  migrate: (id: string, seen: Seen, migration: Plan) =>
    ask(latest, 'POST', `${address(id)}/migration`, { body: { ...seen, migration } }).then(a => a.migration),
  migration: (id: string, signal: Signal = {}) =>
    ask(latest, 'GET', `${address(id)}/migration`, signal).then(a => a.migration),
  stopMigration: (id: string) => ask(latest, 'DELETE', `${address(id)}/migration`).then(a => a.migration),
}

export const versionKeys = {
  history: (id: string) => ['versions', id] as const,
  pending: (id: string, to: Towards) => ['pending-change', id, to] as const,
  migration: (id: string) => ['migration', id] as const,
}

/** Every published version, newest first. */
export function useVersions(id: string) {
  return useQuery({ queryKey: versionKeys.history(id), queryFn: ({ signal }) => versions.history(id, { signal }) })
}

/** What publishing would change, as it is now: asked anew each time that somebody looks. */
export function usePendingChange(id: string, to: Towards) {
  return useQuery({
    queryKey: versionKeys.pending(id, to),
    queryFn: ({ signal }) => versions.pending(id, to, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
}

/** The latest migration of a campaign, null for none; asked every 500 ms while it runs. */
export function useMigration(id: string) {
  return useQuery({
    queryKey: versionKeys.migration(id),
    queryFn: ({ signal }) => versions.migration(id, { signal }),
    refetchInterval: query => (query.state.data?.status === 'running' ? 500 : false),
  })
}
