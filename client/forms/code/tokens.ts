import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, keys } from '../../api'
import { useSecrets } from '../../api/secrets'
import { useFormContext } from '../context'
import { useLookups } from '../fields/lookups'
import type { Completion } from './complete'
import { tokenHelp } from './token-help'

const scopes = ['lead']

/**
 * The tokens that may be written in this campaign: attributes that leads have, what came with the events that let leads
 * in, My Tokens of the folder, secrets, and what every template knows. Any other may be typed.
 */
export function useTokens(): readonly Completion[] {
  const attributes = useLookups(scopes)
  const {
    events,
    campaign: { folder },
  } = useFormContext()
  const secrets = useSecrets().data
  const properties = useQueries({
    queries: events.map(name => ({
      queryKey: keys.eventProperties(name),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.eventProperties(name, { signal }),
      staleTime: 30_000,
    })),
    combine: found => [...new Set(found.flatMap(({ data }) => data ?? []))],
  })
  return useMemo(() => {
    const found: Completion[] = [
      ...attributes.map(label => ({ label, detail: 'of the lead' })),
      ...properties
        .filter(isName)
        .map(name => ({ label: `event.${name}`, detail: 'of the event that let the lead in' })),
      ...Object.keys(folder?.tokens ?? {}).map(name => ({
        label: `my.${name}`,
        detail: `of the folder ${folder?.name}`,
      })),
      ...(folder === null ? [] : [{ label: 'program.name', detail: 'the name of the folder' }]),
      ...(secrets ?? [])
        .filter(secret => secret.kind === 'text')
        .map(({ name }) => ({ label: `secret.${name}`, detail: 'a secret, filled in when it is sent' })),
    ]
    const known = new Set(found.map(({ label }) => label))
    const rest = tokenHelp.filter(([label]) => !known.has(label)).map(([label, detail]) => ({ label, detail }))
    return [...found, ...rest]
  }, [attributes, properties, folder, secrets])
}

/** `event.plan` reaches it; a name with other signs needs brackets. */
function isName(property: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(property)
}
