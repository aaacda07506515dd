import { Button } from '@mantine/core'
import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  useLocation,
} from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { z } from 'zod'
import { type Screen, screens } from '#shared/screens'
import { CampaignsPage } from './campaigns/CampaignsPage'
import { LeadsPage } from './leads/LeadsPage'
import { EmptyState, ErrorState, Loading, useTitle } from './ui'
import { Frame } from './ui/Frame'

// Screens come when they are first opened; only the two lists are part of the first load.
const CampaignEditor = lazy(() => import('./canvas/CampaignEditor').then(m => ({ default: m.CampaignEditor })))
const JourneyInspector = lazy(() => import('./inspector/JourneyInspector').then(m => ({ default: m.JourneyInspector })))

const LeadPage = lazy(() => import('./leads/LeadPage').then(m => ({ default: m.LeadPage })))
const ActivityPage = lazy(() => import('./activity/ActivityPage').then(m => ({ default: m.ActivityPage })))
const HostsPage = lazy(() => import('./hosts/HostsPage').then(m => ({ default: m.HostsPage })))
const SettingsPage = lazy(() => import('./settings/SettingsPage').then(m => ({ default: m.SettingsPage })))
const FieldsPage = lazy(() => import('./fields/FieldsPage').then(m => ({ default: m.FieldsPage })))
const ListsPage = lazy(() => import('./lists/ListsPage').then(m => ({ default: m.ListsPage })))
const ListPage = lazy(() => import('./lists/ListPage').then(m => ({ default: m.ListPage })))
const ReportPage = lazy(() => import('./reports/ReportPage').then(m => ({ default: m.ReportPage })))
const WebhookPage = lazy(() => import('./webhooks/WebhookPage').then(m => ({ default: m.WebhookPage })))
const SubscriptionsPage = lazy(() =>
  import('./subscriptions/SubscriptionsPage').then(m => ({ default: m.SubscriptionsPage })),
)
const SubscriptionPage = lazy(() =>
  import('./subscriptions/SubscriptionPage').then(m => ({ default: m.SubscriptionPage })),
)
const WebhooksPage = lazy(() => import('./webhooks/WebhooksPage').then(m => ({ default: m.WebhooksPage })))
const SandboxPage = lazy(() => import('./sandbox/SandboxPage').then(m => ({ default: m.SandboxPage })))

const rootRoute = createRootRoute({
  component: function Root() {
    return <Frame path={useLocation({ select: location => location.pathname })} />
  },
  notFoundComponent: NotFound,
})

const campaignsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.campaigns,
  component: CampaignsPage,
})

const campaignRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.campaign,
  component: function CampaignRoute() {
    const { id } = campaignRoute.useParams()
    return (
      <Suspense fallback={<Loading what="the canvas" />}>
        <CampaignEditor key={id} campaignId={id} />
      </Suspense>
    )
  },
})

const reportRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.report,
  component: function ReportRoute() {
    const { id } = reportRoute.useParams()
    return (
      <Suspense fallback={<Loading what="the report" />}>
        <ReportPage key={id} campaignId={id} />
      </Suspense>
    )
  },
})

const leadsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.leads,
  validateSearch: z.object({ search: z.coerce.string().max(200).optional().catch(undefined) }),
  component: function LeadsRoute() {
    const { search = '' } = leadsRoute.useSearch()
    const navigate = leadsRoute.useNavigate()
    return (
      <LeadsPage
        search={search}
        onSearch={next => void navigate({ search: next === '' ? {} : { search: next }, replace: true })}
      />
    )
  },
})

const leadRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.lead,
  component: function LeadRoute() {
    const { externalId } = leadRoute.useParams()
    return (
      <Suspense fallback={<Loading what="the lead" />}>
        <LeadPage key={externalId} externalId={externalId} />
      </Suspense>
    )
  },
})

const listsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.lists,
  component: () => (
    <Suspense fallback={<Loading what="the lists" />}>
      <ListsPage />
    </Suspense>
  ),
})

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.list,
  component: function ListRoute() {
    const { id } = listRoute.useParams()
    return (
      <Suspense fallback={<Loading what="the list" />}>
        <ListPage key={id} id={id} />
      </Suspense>
    )
  },
})

const journeyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.journey,
  params: { parse: ({ id }) => ({ id: Number(id) }), stringify: ({ id }) => ({ id: `${id}` }) },
  validateSearch: z.object({ seq: z.coerce.number().int().min(0).optional().catch(undefined) }),
  component: function JourneyRoute() {
    const { id } = journeyRoute.useParams()
    if (!Number.isSafeInteger(id) || id < 1) return <NotFound />
    return (
      <Suspense fallback={<Loading what="the journey" />}>
        <JourneyInspector key={id} journeyId={id} />
      </Suspense>
    )
  },
})

const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.webhooks,
  component: () => (
    <Suspense fallback={<Loading what="the webhooks" />}>
      <WebhooksPage />
    </Suspense>
  ),
})

const subscriptionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.subscriptions,
  component: () => (
    <Suspense fallback={<Loading what="the subscriptions" />}>
      <SubscriptionsPage />
    </Suspense>
  ),
})

const subscriptionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.subscription,
  validateSearch: z.object({
    /** Of a new one: the one that it begins as. */
    copies: z.coerce.string().max(200).optional().catch(undefined),
  }),
  component: function SubscriptionRoute() {
    const { id } = subscriptionRoute.useParams()
    const { copies } = subscriptionRoute.useSearch()
    return (
      <Suspense fallback={<Loading what="the subscription" />}>
        <SubscriptionPage key={`${id} ${copies}`} id={id} copies={copies} />
      </Suspense>
    )
  },
})

const webhookRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.webhook,
  component: function WebhookRoute() {
    const { id } = webhookRoute.useParams()
    return (
      <Suspense fallback={<Loading what="the webhook" />}>
        <WebhookPage key={id} id={id} />
      </Suspense>
    )
  },
})

const sandboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.sandbox,
  component: () => (
    <Suspense fallback={<Loading what="the sandbox receiver" />}>
      <SandboxPage />
    </Suspense>
  ),
})

const optional = z.coerce.string().max(200).optional().catch(undefined)
const activityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.activity,
  validateSearch: z.object({
    lead: optional,
    campaign: optional,
    step: optional,
    host: optional,
    status: z.coerce
      .string()
      .regex(/^([1-5]xx|[1-5]\d\d|none)$/)
      .optional()
      .catch(undefined),
    cause: optional,
    outcome: z
      .enum(['received', 'failed', 'retrying', 'queued', 'on-the-wire', 'held', 'uncertain', 'abandoned'])
      .optional()
      .catch(undefined),
    since: z.enum(['hour', 'day', 'week']).optional().catch(undefined),
    /** The send that is looked at. */
    send: optional,
  }),
  component: () => (
    <Suspense fallback={<Loading what="the activity" />}>
      <ActivityPage />
    </Suspense>
  ),
})

const hostsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.hosts,
  component: () => (
    <Suspense fallback={<Loading what="the endpoints" />}>
      <HostsPage />
    </Suspense>
  ),
})

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.settings,
  component: () => (
    <Suspense fallback={<Loading what="the settings" />}>
      <SettingsPage />
    </Suspense>
  ),
})

const fieldsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: screens.fields,
  component: () => (
    <Suspense fallback={<Loading what="the fields" />}>
      <FieldsPage />
    </Suspense>
  ),
})

/** A route for every screen: without one, or with one more, this does not compile. */
const routes = {
  campaigns: campaignsRoute,
  campaign: campaignRoute,
  report: reportRoute,
  leads: leadsRoute,
  lead: leadRoute,
  lists: listsRoute,
  list: listRoute,
  journey: journeyRoute,
  sandbox: sandboxRoute,
  webhooks: webhooksRoute,
  webhook: webhookRoute,
  subscriptions: subscriptionsRoute,
  subscription: subscriptionRoute,
  activity: activityRoute,
  settings: settingsRoute,
  fields: fieldsRoute,
  hosts: hostsRoute,
} satisfies Record<Screen, AnyRoute>

/** Search params are parsed, so that a mistyped address never breaks a page. */
export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function NotFound() {
  useTitle('Nothing here')
  return (
    <EmptyState
      isPage
      title="There is no page at this address"
      action={<Button renderRoot={props => <Link {...props} to="/" />}>Go to the campaigns</Button>}
    >
      It may have been mistyped, or what it showed was deleted.
    </EmptyState>
  )
}

function Broken({ error, reset }: ErrorComponentProps) {
  return <ErrorState what="This page could not be drawn." error={error} onRetry={reset} />
}
