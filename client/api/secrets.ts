import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SecretInput } from '#shared/api/secrets'
import { ask, tell } from './fetch'

const load = () => import('#shared/api/secrets')
const at = (name: string) => `/secrets/${encodeURIComponent(name)}`
const key = ['secrets'] as const

/** All secrets by name, without their values. */
export function useSecrets() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      ask(() => load().then(m => m.secretsSchema), 'GET', '/secrets', { signal }).then(({ secrets }) => secrets),
  })
}

/** What can be done with secrets; the list is asked again after each. */
export function useSecretActs() {
  const client = useQueryClient()
  const onSuccess = () => client.invalidateQueries({ queryKey: key })
  const changed = () => load().then(m => m.secretChangedSchema)
  return {
    put: useMutation({
      mutationFn: ({ name, body }: { name: string; body: SecretInput }) => ask(changed, 'PUT', at(name), { body }),
      onSuccess,
    }),
    bind: useMutation({
      mutationFn: ({ name, hosts }: { name: string; hosts: readonly string[] }) =>
        ask(changed, 'PUT', `${at(name)}/hosts`, { body: { hosts } }),
      onSuccess,
    }),
    rotate: useMutation({
      mutationFn: ({ name, overlapHours }: { name: string; overlapHours: number }) =>
        ask(changed, 'POST', `${at(name)}/rotate`, { body: { overlapHours } }),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (name: string) => tell('DELETE', at(name)), onSuccess }),
  }
}
