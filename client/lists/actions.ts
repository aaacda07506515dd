import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ListInput } from '#shared/api/lists'
import { api, keys } from '../api'

/**
 * Everything that changes lists; afterwards whatever shows one is asked again. Refusals are shown where they were
 * caused.
 */
function useChange<V, T>(change: (variables: V) => Promise<T>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.lists }),
  })
}

export const useCreateList = () => useChange((body: ListInput) => api.createList(body))
export const useSaveList = (id: string) => useChange((body: ListInput) => api.saveList(id, body))
export const useAddMembers = (id: string) => useChange((leads: readonly string[]) => api.addMembers(id, leads))
export const useRemoveMembers = (id: string) => useChange((leads: readonly string[]) => api.removeMembers(id, leads))

/** The list itself is not asked again: it is gone, and its page is about to be left. */
export function useDeleteList(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => api.deleteList(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.lists, exact: true }),
  })
}
