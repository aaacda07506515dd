import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { postFolderSchema, putFolderSchema } from '#shared/api/folders'
import type { postWebhookSchema, putWebhookSchema } from '#shared/api/webhooks'
import { ask, tell } from './fetch'

type Signal = { readonly signal?: AbortSignal }

const part = encodeURIComponent
const webhooks = () => import('#shared/api/webhooks')
const folders = () => import('#shared/api/folders')
const webhook = () => webhooks().then(s => s.libraryWebhookSchema)
const folder = () => folders().then(s => s.folderSchema)

/** Calls of the API about the webhook library and about campaign folders. All throw `ApiError`. */
export const library = {
  webhooks: (signal: Signal = {}) =>
    ask(() => webhooks().then(s => s.libraryWebhooksSchema), 'GET', '/webhooks', signal).then(all => all.webhooks),
  webhook: (id: string, signal: Signal = {}) => ask(webhook, 'GET', `/webhooks/${part(id)}`, signal),
  addWebhook: (body: z.input<typeof postWebhookSchema>) => ask(webhook, 'POST', '/webhooks', { body }),
  saveWebhook: (id: string, body: z.input<typeof putWebhookSchema>) =>
    ask(webhook, 'PUT', `/webhooks/${part(id)}`, { body }),
  deleteWebhook: (id: string) => tell('DELETE', `/webhooks/${part(id)}`),

  folders: (signal: Signal = {}) =>
    ask(() => folders().then(s => s.foldersSchema), 'GET', '/programs', signal).then(all => all.programs),
  addFolder: (body: z.input<typeof postFolderSchema>) => ask(folder, 'POST', '/programs', { body }),
  saveFolder: (id: string, body: z.input<typeof putFolderSchema>) =>
    ask(folder, 'PUT', `/programs/${part(id)}`, { body }),
  deleteFolder: (id: string) => tell('DELETE', `/programs/${part(id)}`),
  moveCampaign: (id: string, to: string | null) =>
    ask(
      () => import('#shared/api/campaigns').then(s => s.campaignSummarySchema),
      'PUT',
      `/campaigns/${part(id)}/program`,
      {
        body: { program: to },
      },
    ),
}

export const libraryKeys = {
  webhooks: ['webhooks'] as const,
  webhook: (id: string) => ['webhook', id] as const,
  folders: ['folders'] as const,
}

/** The webhook library, with who uses what. */
export function useWebhooks() {
  return useQuery({ queryKey: libraryKeys.webhooks, queryFn: ({ signal }) => library.webhooks({ signal }) })
}

/** One webhook of the library. It is being edited, so it is asked again on request only. */
export function useWebhook(id: string) {
  return useQuery({
    queryKey: libraryKeys.webhook(id),
    queryFn: ({ signal }) => library.webhook(id, { signal }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
}

/** All campaign folders. */
export function useFolders() {
  return useQuery({ queryKey: libraryKeys.folders, queryFn: ({ signal }) => library.folders({ signal }) })
}
