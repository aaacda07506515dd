import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { putSubscriptionSchema, ReplayInput, testSubscriptionSchema } from '#shared/api/subscriptions'
import { ask, tell } from './fetch'

type Signal = { readonly signal?: AbortSignal }
export type SubscriptionBody = z.input<typeof putSubscriptionSchema>

const load = () => import('#shared/api/subscriptions')
const view = () => load().then(s => s.subscriptionViewSchema)
const part = encodeURIComponent

/** Calls of the API about subscriptions. All throw `ApiError`. */
export const subscriptions = {
  list: (signal: Signal = {}) => ask(() => load().then(s => s.subscriptionsSchema), 'GET', '/subscriptions', signal),
  one: (id: string, signal: Signal = {}) => ask(view, 'GET', `/subscriptions/${part(id)}`, signal),
  events: (signal: Signal = {}) =>
    ask(() => load().then(s => s.noticeKindsSchema), 'GET', '/subscriptions/events', signal).then(all => all.events),
  add: (body: SubscriptionBody) => ask(view, 'POST', '/subscriptions', { body }),
  save: (id: string, body: SubscriptionBody) => ask(view, 'PUT', `/subscriptions/${part(id)}`, { body }),
  remove: (id: string) => tell('DELETE', `/subscriptions/${part(id)}`),
  turn: (id: string, to: 'on' | 'off') => ask(view, 'POST', `/subscriptions/${part(id)}/${to}`),
  key: (id: string) => ask(() => load().then(s => s.subscriptionKeySchema), 'POST', `/subscriptions/${part(id)}/key`),
  test: (body: z.input<typeof testSubscriptionSchema>) =>
    ask(() => load().then(s => s.subscriptionTestedSchema), 'POST', '/subscriptions/test', { body }),
  replay: (id: string, asked: ReplayInput) => ask(view, 'POST', `/subscriptions/${part(id)}/replay`, { body: asked }),
  cancelReplay: (id: string) => ask(view, 'DELETE', `/subscriptions/${part(id)}/replay`),
  deliveries: (id: string, signal: Signal = {}) =>
    ask(() => load().then(s => s.deliveriesSchema), 'GET', `/subscriptions/${part(id)}/deliveries`, signal).then(
      all => all.deliveries,
    ),
}

const key = ['subscriptions'] as const
/** How often a page that is looked at asks again (ms): lag and attempts move. */
const AGAIN_MS = 2_000

export function useSubscriptions() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => subscriptions.list({ signal }),
    refetchInterval: AGAIN_MS,
  })
}

export function useSubscription(id: string) {
  return useQuery({
    queryKey: [...key, id],
    queryFn: ({ signal }) => subscriptions.one(id, { signal }),
    refetchInterval: AGAIN_MS,
  })
}

export function useDeliveries(id: string) {
  return useQuery({
    queryKey: [...key, id, 'deliveries'],
    queryFn: ({ signal }) => subscriptions.deliveries(id, { signal }),
    refetchInterval: AGAIN_MS,
  })
}

/** What can be heard; it does not change while the page is open. */
export function useNoticeKinds() {
  return useQuery({
    queryKey: ['subscription-events'],
    queryFn: ({ signal }) => subscriptions.events({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Does something to subscriptions, and shows everywhere what became of it. */
export function useSubscriptionAct<In, Out>(act: (input: In) => Promise<Out>, onDone: (done: Out) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: done => {
      void queries.invalidateQueries({ queryKey: key })
      onDone(done)
    },
  })
}
