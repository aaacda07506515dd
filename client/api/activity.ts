import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { ActivityOutcome, ActivityRow, resendSchema } from '#shared/api/activity'
import type { InstallationSettings } from '#shared/api/settings'
import { DAY, HOUR, MINUTE } from '#shared/time/units'
import { addressOf, ask } from './fetch'

/** What the screen of sends is asked to show; lives in the address. */
export interface ActivitySearch {
  readonly lead?: string | undefined
  readonly campaign?: string | undefined
  readonly step?: string | undefined
  readonly host?: string | undefined
  readonly status?: string | undefined
  readonly cause?: string | undefined
  readonly outcome?: ActivityOutcome | undefined
  readonly since?: 'hour' | 'day' | 'week' | undefined
}

type Signal = { readonly signal?: AbortSignal }
type Query = Readonly<Record<string, string | number | undefined>>

const load = () => import('#shared/api/activity')
const alerts = () => import('#shared/api/alerts')
const part = encodeURIComponent
const spans = { hour: HOUR, day: DAY, week: 7 * DAY }

/** The filter as the API takes it. A span of time ends now, and begins at a full minute so that pages agree. */
function filterOf({ since, ...filter }: ActivitySearch, now = Date.now()): Query {
  return { ...filter, from: since && Math.floor((now - spans[since]) / MINUTE) * MINUTE }
}

/** Calls of the API about sends, resends, alerts and settings. All throw `ApiError`. */
export const activity = {
  page: (query: Query, signal: Signal = {}) =>
    ask(() => load().then(s => s.activityPageSchema), 'GET', '/activity', { query, ...signal }),
  summary: (query: Query, signal: Signal = {}) =>
    ask(() => load().then(s => s.activitySummarySchema), 'GET', '/activity/summary', { query, ...signal }),
  send: (id: string, signal: Signal = {}) =>
    ask(() => load().then(s => s.activityViewSchema), 'GET', `/activity/${part(id)}`, signal),
  resend: (id: string, body: z.input<typeof resendSchema>) =>
    ask(() => load().then(s => s.activityViewSchema), 'POST', `/activity/${part(id)}/resend`, { body }),
  resendAll: ({ outcome: _, ...search }: ActivitySearch, when: 'allowed' | 'now') => {
    const filter = Object.fromEntries(Object.entries(filterOf(search)).filter(([, value]) => value !== undefined))
    return ask(() => load().then(s => s.resendingSchema), 'POST', '/activity/resends', { body: { filter, when } })
  },
  resends: (signal: Signal = {}) =>
    ask(() => load().then(s => s.resendingsSchema), 'GET', '/activity/resends', signal).then(a => a.resends),
  stopResending: (id: number) => ask(() => load().then(s => s.resendingSchema), 'DELETE', `/activity/resends/${id}`),
  alerts: (signal: Signal = {}) =>
    ask(() => alerts().then(s => s.alertsSchema), 'GET', '/alerts', signal).then(a => a.alerts),
  acknowledge: (id: number) =>
    ask(() => alerts().then(s => s.alertSchema), 'POST', `/alerts/${id}/acknowledge`, { body: {} }),
  settings: (signal: Signal = {}) =>
    ask(() => import('#shared/api/settings').then(s => s.settingsSchema), 'GET', '/settings', signal),
  saveSettings: (body: InstallationSettings) =>
    ask(() => import('#shared/api/settings').then(s => s.settingsSchema), 'PUT', '/settings', { body }),
}

/** Where all sends of a filter are downloaded from. */
export function exportAddress(search: ActivitySearch, format: 'csv' | 'ndjson'): string {
  return addressOf('/activity/export', { ...filterOf(search), format })
}

export const activityKeys = {
  all: ['activity'] as const,
  page: (search: ActivitySearch) => ['activity', 'page', search] as const,
  summary: (search: ActivitySearch) => ['activity', 'summary', search] as const,
  send: (id: string) => ['activity', 'send', id] as const,
  resends: ['activity', 'resends'] as const,
  alerts: ['activity', 'alerts'] as const,
  settings: ['settings'] as const,
}

const PAGE = 100
/**
 * A page that found nothing may still not be the last: so many are asked for on the user's behalf before it is said.
 */
const STRETCHES = 20

/** Sends, newest first, page by page. A page is filled from as many stretches of the past as it takes. */
export function useActivity(search: ActivitySearch) {
  return useInfiniteQuery({
    queryKey: activityKeys.page(search),
    queryFn: async ({ pageParam, signal }) => {
      const rows: ActivityRow[] = []
      let after = pageParam
      let next: string | null = null
      for (let n = 0; n < STRETCHES; n++) {
        const query = { ...filterOf(search), limit: PAGE, ...(after === '' ? {} : { after }) }
        const page = await activity.page(query, { signal })
        rows.push(...page.rows)
        next = page.next
        if (next === null || rows.length >= PAGE / 2) break
        after = next
      }
      return { rows, next }
    },
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: keepPreviousData,
  })
}

/** What is held, and dead letters by cause. */
export function useActivitySummary({ outcome: _, cause: __, status: ___, ...search }: ActivitySearch) {
  return useQuery({
    queryKey: activityKeys.summary(search),
    queryFn: ({ signal }) => activity.summary(filterOf(search), { signal }),
    placeholderData: keepPreviousData,
  })
}

/** One send with everything that is known of it. */
export function useSend(id: string) {
  return useQuery({ queryKey: activityKeys.send(id), queryFn: ({ signal }) => activity.send(id, { signal }) })
}

/** Resends of many, newest first; asked often while one runs. */
export function useResendings() {
  return useQuery({
    queryKey: activityKeys.resends,
    queryFn: ({ signal }) => activity.resends({ signal }),
    refetchInterval: query => (query.state.data?.[0]?.status === 'running' ? 500 : false),
  })
}

/** Alerts, newest first; asked every 10 s while the page is looked at. */
export function useAlerts() {
  return useQuery({
    queryKey: activityKeys.alerts,
    queryFn: ({ signal }) => activity.alerts({ signal }),
    refetchInterval: 10_000,
  })
}

export function useSettings() {
  return useQuery({ queryKey: activityKeys.settings, queryFn: ({ signal }) => activity.settings({ signal }) })
}
