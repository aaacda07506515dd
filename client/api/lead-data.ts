import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { putFieldSchema } from '#shared/api/fields'
import type { mergeLeadSchema } from '#shared/api/leads'
import { addressOf, ask, tell } from './fetch'

type Signal = { readonly signal?: AbortSignal }

const fieldSchemas = () => import('#shared/api/fields')
const part = encodeURIComponent

/** Calls of the API about lead fields, and about a lead as a whole. All throw `ApiError`. */
export const leadData = {
  fields: (signal: Signal = {}) => ask(() => fieldSchemas().then(s => s.fieldsSchema), 'GET', '/fields', signal),
  putField: (name: string, body: z.input<typeof putFieldSchema>) =>
    ask(() => fieldSchemas().then(s => s.fieldSchema), 'PUT', `/fields/${part(name)}`, { body }),
  deleteField: (name: string) => tell('DELETE', `/fields/${part(name)}`),
  setOnlyKnown: (onlyKnown: boolean) =>
    ask(() => fieldSchemas().then(s => s.fieldsSchema), 'PUT', '/fields', { body: { onlyKnown } }),
  merge: (externalId: string, body: z.input<typeof mergeLeadSchema>) =>
    ask(() => import('#shared/api/lead').then(s => s.leadSchema), 'POST', `/leads/${part(externalId)}/merge`, { body }),
  remove: (externalId: string) => tell('DELETE', `/leads/${part(externalId)}`),
}

/** Where everything that is stored about a lead is downloaded from. */
export function leadExportAddress(externalId: string): string {
  return addressOf(`/leads/${part(externalId)}/export`)
}

export const fieldsKey = ['fields'] as const

/** Lead fields with their types. */
export function useFields() {
  return useQuery({ queryKey: fieldsKey, queryFn: ({ signal }) => leadData.fields({ signal }), staleTime: 30_000 })
}
