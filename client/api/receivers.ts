import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from './fetch'

const load = () => import('#shared/api/receivers')

/** Calls of the API about receivers in trouble. All throw `ApiError`. */
export const receivers = {
  list: (signal: { readonly signal?: AbortSignal } = {}) =>
    ask(() => load().then(s => s.receiversSchema), 'GET', '/receivers', signal),
  off: (address: string) =>
    ask(() => load().then(s => s.receiverSchema), 'POST', '/receivers/off', { body: { address } }),
  on: (address: string) =>
    ask(() => load().then(s => s.switchedOnSchema), 'POST', '/receivers/on', { body: { address } }),
}

const receiversKey = ['receivers'] as const

/** Receivers that only fail or are switched off; asked again every 5 s while the page is looked at. */
export function useReceivers() {
  return useQuery({
    queryKey: receiversKey,
    queryFn: ({ signal }) => receivers.list({ signal }),
    refetchInterval: 5_000,
  })
}

/** Switches a receiver, and shows what became of it everywhere. */
export function useSwitch<T>(act: (address: string) => Promise<T>, onDone: (done: T) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: done => {
      void queries.invalidateQueries({ queryKey: receiversKey })
      void queries.invalidateQueries({ queryKey: ['activity'] })
      onDone(done)
    },
  })
}
