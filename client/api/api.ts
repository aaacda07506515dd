import type { z } from 'zod'
import type {
  CampaignView,
  EventInput,
  putCampaignSchema,
  putLeadSchema,
  SandboxSettings,
  Seen,
  stopSchema,
} from '#shared/api'
import type { ListInput } from '#shared/api/lists'
import type { WebhookTest } from '#shared/api/webhook-test'
import type { Plan } from '#shared/graph/migration'
import type { Graph } from '#shared/graph/schema'
import { ask, tell } from './fetch'
import { importLeads } from './import-leads'

const graphSchemas = () => import('#shared/api/campaign')
const campaignSchemas = () => import('#shared/api/campaigns')
const eventSchemas = () => import('#shared/api/events')
const importSchemas = () => import('#shared/api/imports')
const journeySchemas = () => import('#shared/api/journeys')
const leadSchemas = () => import('#shared/api/lead')
const listSchemas = () => import('#shared/api/lists')
const reportSchemas = () => import('#shared/api/report')
const sandboxSchemas = () => import('#shared/api/sandbox')

const part = encodeURIComponent
const entries = () => import('#shared/api/entries')

type Signal = { readonly signal?: AbortSignal }
type PutCampaign = z.input<typeof putCampaignSchema>
type PutLead = z.input<typeof putLeadSchema>
type Stop = z.input<typeof stopSchema>

/**
 * Every call of the API that the screens make, typed and parsed by the schemas that the server validates with. All
 * throw `ApiError`.
 */
export const api = {
  tags: (signal: Signal = {}) =>
    ask(() => campaignSchemas().then(s => s.tagsSchema), 'GET', '/tags', signal).then(answer => answer.tags),
  campaigns: (signal: Signal = {}) =>
    ask(() => campaignSchemas().then(s => s.campaignsSchema), 'GET', '/campaigns', signal).then(
      answer => answer.campaigns,
    ),
  campaign: (id: string, signal: Signal = {}) =>
    ask(() => graphSchemas().then(s => s.campaignSchema), 'GET', `/campaigns/${part(id)}`, signal),
  createCampaign: (body: { name: string; graph?: Graph }) =>
    ask(() => graphSchemas().then(s => s.campaignSchema), 'POST', '/campaigns', { body }),
  createSample: () => ask(() => graphSchemas().then(s => s.campaignSchema), 'POST', '/campaigns/sample', { body: {} }),
  saveCampaign: (id: string, body: PutCampaign) =>
    ask(() => graphSchemas().then(s => s.campaignSchema), 'PUT', `/campaigns/${part(id)}`, { body }),
  deleteCampaign: (id: string) => tell('DELETE', `/campaigns/${part(id)}`),
  /**
   * `migration`: what becomes of leads who are under way. `seen`: what the screen shows; anything else is not launched.
   */
  launch: (id: string, seen: Seen, migration: Plan = []) => act(id, 'launch', { ...seen, migration }),
  pause: (id: string) => act(id, 'pause'),
  resume: (id: string, seen: Seen) => act(id, 'resume', seen),
  stop: (id: string, how: Stop) => act(id, 'stop', how),
  version: (id: string, version: number, signal: Signal = {}) =>
    ask(() => graphSchemas().then(s => s.versionSchema), 'GET', `/campaigns/${part(id)}/versions/${version}`, signal),
  report: (id: string, signal: Signal = {}) =>
    ask(() => reportSchemas().then(s => s.reportSchema), 'GET', `/campaigns/${part(id)}/report`, signal),

  entrance: (id: string, signal: Signal = {}) =>
    ask(() => entries().then(s => s.entranceStateSchema), 'GET', `/campaigns/${part(id)}/entrance`, signal),
  /** The first part (`after` 0) begins the count. */
  audiencePart: (id: string, after: number, signal: Signal = {}) =>
    ask(
      () => entries().then(s => s.audiencePartSchema),
      after === 0 ? 'POST' : 'GET',
      `/campaigns/${part(id)}/audience`,
      after === 0 ? signal : { query: { after }, ...signal },
    ),
  refusedEntries: (externalId: string, signal: Signal = {}) =>
    ask(() => entries().then(s => s.refusedEntriesSchema), 'GET', `/leads/${part(externalId)}/entries`, signal).then(
      answer => answer.refused,
    ),

  leads: (query: { search?: string; after?: string; limit?: number }, signal: Signal = {}) =>
    ask(() => leadSchemas().then(s => s.leadsPageSchema), 'GET', '/leads', { query, ...signal }),
  lead: (externalId: string, signal: Signal = {}) =>
    ask(() => leadSchemas().then(s => s.leadSchema), 'GET', `/leads/${part(externalId)}`, signal),
  putLead: (externalId: string, body: PutLead) =>
    ask(() => leadSchemas().then(s => s.leadSchema), 'PUT', `/leads/${part(externalId)}`, { body }),
  leadJourneys: (externalId: string, signal: Signal = {}) =>
    ask(() => journeySchemas().then(s => s.journeysSchema), 'GET', `/leads/${part(externalId)}/journeys`, signal),
  importLeads,
  importState: (id: string, signal: Signal = {}) =>
    ask(() => importSchemas().then(s => s.importSchema), 'GET', `/leads/import/${part(id)}`, signal),
  imports: (signal: Signal = {}) =>
    ask(() => importSchemas().then(s => s.importsSchema), 'GET', '/imports', signal).then(answer => answer.imports),
  cancelImport: (id: string) =>
    ask(() => importSchemas().then(s => s.importSchema), 'DELETE', `/leads/import/${part(id)}`),

  lists: (signal: Signal = {}) =>
    ask(() => listSchemas().then(s => s.listsSchema), 'GET', '/lists', signal).then(answer => answer.lists),
  list: (id: string, signal: Signal = {}) =>
    ask(() => listSchemas().then(s => s.listSchema), 'GET', `/lists/${part(id)}`, signal),
  createList: (body: ListInput) => ask(() => listSchemas().then(s => s.listSchema), 'POST', '/lists', { body }),
  saveList: (id: string, body: ListInput) =>
    ask(() => listSchemas().then(s => s.listSchema), 'PUT', `/lists/${part(id)}`, { body }),
  deleteList: (id: string) => tell('DELETE', `/lists/${part(id)}`),
  listMembers: (id: string, query: { after?: string; limit?: number }, signal: Signal = {}) =>
    ask(() => listSchemas().then(s => s.membersPageSchema), 'GET', `/lists/${part(id)}/members`, { query, ...signal }),
  addMembers: (id: string, leads: readonly string[]) =>
    ask(() => listSchemas().then(s => s.membersChangedSchema), 'POST', `/lists/${part(id)}/members`, {
      body: { leads },
    }),
  removeMembers: (id: string, leads: readonly string[]) =>
    ask(() => listSchemas().then(s => s.membersChangedSchema), 'POST', `/lists/${part(id)}/members/remove`, {
      body: { leads },
    }),

  postEvents: (events: EventInput | readonly EventInput[]) =>
    ask(() => eventSchemas().then(s => s.eventsAcceptedSchema), 'POST', '/events', { body: events }),
  eventNames: (signal: Signal = {}) =>
    ask(() => eventSchemas().then(s => s.eventNamesSchema), 'GET', '/events/names', signal).then(
      answer => answer.names,
    ),
  eventProperties: (name: string, signal: Signal = {}) =>
    ask(() => eventSchemas().then(s => s.eventPropertiesSchema), 'GET', '/events/properties', {
      query: { name },
      ...signal,
    }).then(answer => answer.properties),

  journey: (id: number, signal: Signal = {}) =>
    ask(() => journeySchemas().then(s => s.journeySchema), 'GET', `/journeys/${id}`, signal),

  sandbox: (signal: Signal = {}) => ask(() => sandboxSchemas().then(s => s.sandboxSchema), 'GET', '/sandbox', signal),
  setSandbox: (settings: SandboxSettings) =>
    ask(() => sandboxSchemas().then(s => s.sandboxSchema), 'PUT', '/sandbox', { body: settings }),
  testWebhook: (body: WebhookTest) =>
    ask(() => import('#shared/api/webhook-test').then(s => s.webhookTestedSchema), 'POST', '/webhooks/test', { body }),

  clearSandbox: () => ask(() => sandboxSchemas().then(s => s.sandboxSchema), 'DELETE', '/sandbox'),
}

function act(id: string, action: 'launch' | 'pause' | 'resume' | 'stop', body: unknown = {}): Promise<CampaignView> {
  return ask(() => graphSchemas().then(s => s.campaignSchema), 'POST', `/campaigns/${part(id)}/${action}`, { body })
}
