import { useQuery } from '@tanstack/react-query'
import { ask } from './fetch'

type Signal = { readonly signal?: AbortSignal }

const load = () => import('#shared/api/webhook-test')

/** Calls of the API about test sends that were made. All throw `ApiError`. */
const tests = {
  of: (campaign: string, step: string, signal: Signal = {}) =>
    ask(() => load().then(s => s.testSendsSchema), 'GET', '/webhooks/tests', {
      query: { campaign, step },
      ...signal,
    }).then(answer => answer.tests),
  one: (id: number, signal: Signal = {}) =>
    ask(() => load().then(s => s.webhookTestedSchema), 'GET', `/webhooks/tests/${id}`, signal),
}

export const testKeys = {
  all: ['tests'] as const,
  of: (campaign: string, step: string) => ['tests', campaign, step] as const,
  one: (id: number) => ['tests', id] as const,
}

/** Test sends of a step, newest first. */
export function useTests(campaign: string, step: string) {
  return useQuery({
    queryKey: testKeys.of(campaign, step),
    queryFn: ({ signal }) => tests.of(campaign, step, { signal }),
  })
}

/** One test send, whole. It never changes, so it is asked once. */
export function useTest(id: number) {
  return useQuery({
    queryKey: testKeys.one(id),
    queryFn: ({ signal }) => tests.one(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
