import { defaultInstallation } from '#shared/api/settings'
import { emptyGraph } from '#shared/graph/schema'
import { count } from '#shared/rules/counters'
import * as activity from '#shared/store/activity'
import * as alerts from '#shared/store/alerts'
import * as around from '#shared/store/around'
import * as arrivals from '#shared/store/arrivals'
import * as attempts from '#shared/store/attempts'
import * as awaited from '#shared/store/awaited'
import * as migrations from '#shared/store/campaign-migrations'
import * as campaigns from '#shared/store/campaigns'
import * as cohorts from '#shared/store/cohorts'
import * as conversions from '#shared/store/conversions'
import * as counts from '#shared/store/counts'
import * as deliveries from '#shared/store/deliveries'
import * as events from '#shared/store/events'
import * as experiments from '#shared/store/experiments'
import * as fields from '#shared/store/fields'
import * as folders from '#shared/store/folders'
import * as goals from '#shared/store/goals'
import * as history from '#shared/store/history'
import * as hosts from '#shared/store/hosts'
import * as ids from '#shared/store/ids'
import * as imports from '#shared/store/imports'
import * as journal from '#shared/store/journal'
import * as journeys from '#shared/store/journeys'
import * as leadData from '#shared/store/lead-data'
import * as leadSearch from '#shared/store/lead-search'
import * as leads from '#shared/store/leads'
import * as lists from '#shared/store/lists'
import * as meta from '#shared/store/meta'
import * as notices from '#shared/store/notices'
import * as outbox from '#shared/store/outbox'
import * as reasks from '#shared/store/reasks'
import * as receivers from '#shared/store/receivers'
import * as refusals from '#shared/store/refusals'
import * as removals from '#shared/store/removals'
import * as replays from '#shared/store/replays'
import * as resends from '#shared/store/resends'
import * as retention from '#shared/store/retention'
import * as rotations from '#shared/store/rotations'
import * as runs from '#shared/store/runs'
import * as secretUses from '#shared/store/secret-uses'
import * as secrets from '#shared/store/secrets'
import * as sessions from '#shared/store/sessions'
import * as settings from '#shared/store/settings'
import * as subscriptions from '#shared/store/subscriptions'
import * as tasks from '#shared/store/tasks'
import * as testSends from '#shared/store/test-sends'
import * as touches from '#shared/store/touches'
import * as volumes from '#shared/store/volumes'
import * as webhooks from '#shared/store/webhooks'
import { list, type Sql, sql, type Work } from '#shared/store/work'
import {
  anImport,
  conversion,
  delivery,
  drawn,
  event,
  experiment,
  goal,
  journey,
  measuring,
  memory,
  migration,
  notice,
  outboxItem,
  receiver,
  removal,
  replay,
  resending,
  resent,
  subscription,
  t,
  task,
  tested,
  touch,
  webhook,
} from './store-rows'

/** What is asked of one operation, on the rows of store-rows.ts: each of these, one after the other, in one transaction. */
type Asked = readonly Work<unknown>[]

/** By the file of the operation and its name. Made anew for each database: a `Work` runs once. */
export type Cases = { readonly [file: string]: { readonly [operation: string]: () => Asked } }

/** Answers without an order: whoever asks puts them into maps. */
export const inAnyOrder: ReadonlySet<string> = new Set([
  'lastEntries',
  'lastKeyedEntries',
  'lastPlannedEntries',
  'lastReceipts',
  'leadsById',
  'hostsInUse',
  'membershipsOf',
  'pastEventsWhole',
  'rotationsOf',
  'volumesOf',
])

const page = { below: null, limit: 10, now: t(1000) }
const outcomes = ['received', 'failed', 'abandoned', 'uncertain', 'on-the-wire', 'held', 'retrying', 'queued'] as const
const all = [1, 2, 3, 4, 5, 6, 7]
const both = ['c1', 'c2']
const input = { name: 'New?', description: "it's", definition: webhook }
const folder = { name: 'New', description: '', parent: 'outer', tokens: [] }
const past = { leadIds: all, names: ['bought', 'Visited'], since: t(-5), until: t(50) }

export const cases: Cases = {
  activity: {
    activityPage: () => [
      activity.activityPage({}, page),
      activity.activityPage({}, { ...page, limit: 2 }),
      ...outcomes.map(outcome => activity.activityPage({}, { ...page, outcome })),
      activity.activityPage({ leadId: 1, campaignId: 'c1', step: 'call', host: 'hooks.example.com:8443' }, page),
      activity.activityPage({ status: 'none', cause: 'timeout' }, page),
      activity.activityPage({ status: { from: 500, below: 600 } }, page),
      activity.activityPage({ from: t(3), until: t(6) }, page),
    ],
    activityOf: () => [activity.activityOf(4), activity.activityOf(99)],
    heldPage: () => [
      activity.heldPage({}, { below: null, limit: 10 }),
      activity.heldPage({ leadId: 4, campaignId: 'c2', step: 'call' }, { below: 9, limit: 1 }),
    ],
    heldCall: () => [activity.heldCall(6), activity.heldCall(1)],
    countHeld: () => [activity.countHeld()],
    causesOfDead: () => [activity.causesOfDead({}), activity.causesOfDead({ campaignId: 'c1' })],
    countDead: () => [activity.countDead({}), activity.countDead({ campaignId: 'c2' })],
    recentHosts: () => [activity.recentHosts()],
    pastRequests: () => [activity.pastRequests(4)],
  },
  alerts: {
    insertAlert: () => {
      const alert = { campaign_id: 'c2', step: 'call', calls: 5, failed: 5, minutes: 1, percent: 9 } as const
      const first = { ...alert, receiver: null, reached: null }
      return [alerts.insertAlert(first, t()), alerts.insertAlert(first, t())]
    },
    clearAlert: () => [alerts.clearAlert('c1', 'call', t(9))],
    clearAlertsOf: () => [alerts.clearAlertsOf(['https://b.example.com/x', 'none'], t(9))],
    acknowledgeAlert: () => [alerts.acknowledgeAlert(1, t(9)), alerts.acknowledgeAlert(1, t(10))],
    openAlerts: () => [alerts.openAlerts()],
    latestAlerts: () => [alerts.latestAlerts(10)],
  },
  around: { loadSurroundings: () => [around.loadSurroundings()] },
  arrivals: {
    insertArrivals: () => [
      arrivals.insertArrivals([
        { id: 9, campaignId: 'c2', leadId: 4, event: event('a-9'), cameAt: t(), letInAt: null },
        { id: 10, campaignId: 'c2', leadId: 4, event: event('a-9'), cameAt: t(), letInAt: t(1) },
      ]),
    ],
    withEntryQueue: () => [arrivals.withEntryQueue(['', 'c1', 'c2', 'c\'3"']), arrivals.withEntryQueue([])],
    waitingArrivals: () => [arrivals.waitingArrivals(['', ...both])],
    firstArrivals: () => [arrivals.firstArrivals('c1', 5)],
    letInSince: () => [arrivals.letInSince('c1', t(2))],
    nthLastLetIn: () => [arrivals.nthLastLetIn('c1', 2), arrivals.nthLastLetIn('c1', 3)],
    markLetIn: () => [arrivals.markLetIn([1, 3], t(8))],
    deleteArrivals: () => [arrivals.deleteArrivals([1, 2])],
    forgetArrivals: () => [arrivals.forgetArrivals('c1', t(2))],
  },
  attempts: {
    insertAttempts: () => {
      const attempt = { touchId: 2, startedAt: t(), ms: 1.5, status: 500, outcome: 'status 500', response: null }
      return [
        attempts.insertAttempts([
          { ...attempt, n: 1 },
          { ...attempt, n: 2 },
        ]),
      ]
    },
    attemptsOfTouches: () => [attempts.attemptsOfTouches(all), attempts.attemptsOfTouches([])],
  },
  awaited: {
    insertAwaited: () => [
      awaited.insertAwaited([
        { leadId: 1, event: 'bought', journeyId: 1 },
        { leadId: 1, event: 'new', journeyId: 1 },
      ]),
    ],
    clearAwaited: () => [awaited.clearAwaited([{ id: 1, leadId: 1 }])],
    awaitedBy: () => [awaited.awaitedBy(all, ['bought', 'Visited', "'"])],
  },
  'campaign-migrations': {
    latestMigration: () => [migrations.latestMigration('c1')],
    openMigration: () => [migrations.openMigration()],
    migrationsOf: () => [migrations.migrationsOf('c1')],
    insertMigration: () => [migrations.insertMigration(migration)],
    saveMigration: () => [migrations.saveMigration({ ...migration, id: 1, status: 'done', endedAt: t(9) })],
  },
  campaigns: {
    allCampaigns: () => [campaigns.allCampaigns()],
    findCampaign: () => [campaigns.findCampaign('c2'), campaigns.findCampaign('none')],
    insertCampaign: () => [campaigns.insertCampaign('c9', "Nine's", emptyGraph, t())],
    saveDraft: () => [campaigns.saveDraft('c1', 'Again?', emptyGraph, t(7))],
    deleteCampaign: () => [campaigns.deleteCampaign('c3'), campaigns.deleteCampaign('c1')],
    earlierDraft: () => [campaigns.earlierDraft('c3', 1), campaigns.earlierDraft('c3', 9)],
    standOf: () => [campaigns.standOf('c2')],
    keepStop: () => [campaigns.keepStop('c1', { at: t(9), inside: 'exit', reason: "it's over" })],
    setStatus: () => [
      campaigns.setStatus('c1', 'paused', false, t(7)),
      campaigns.setStatus('c2', 'stopped', true, t(8)),
    ],
    publish: () => [campaigns.publish({ campaignId: 'c2', version: 2, graph: drawn, publishedAt: t(9) })],
    findVersion: () => [campaigns.findVersion('c1', 2), campaigns.findVersion('c1', 3)],
    versionsOf: () => [campaigns.versionsOf('c1')],
    allVersions: () => [campaigns.allVersions()],
  },
  cohorts: {
    addCohorts: () => [
      cohorts.addCohorts([
        { campaignId: 'c1', version: 0, step: '', what: 'entered', until: t(), n: 2 },
        { campaignId: 'c1', version: 0, step: '', what: 'last-end', until: t(), n: t(5) },
        { campaignId: 'c1', version: 0, step: '', what: 'last-end', until: t(), n: t(1) },
      ]),
    ],
    cohortsOf: () => [cohorts.cohortsOf(both)],
  },
  deliveries: {
    putDeliveries: () => [deliveries.putDeliveries([delivery(10), delivery(9, { state: 'dropped', attempts: 2 })])],
    openDeliveries: () => [deliveries.openDeliveries()],
    deliveriesOf: () => [deliveries.deliveriesOf('crm', 10), deliveries.deliveriesOf('none', 10)],
    failuresSince: () => [deliveries.failuresSince(['crm', 'Äb'], t()), deliveries.failuresSince(['Äb'], t(13))],
    purgeDeliveries: () => [deliveries.purgeDeliveries(t(11), 10)],
    forgetDeliveries: () => [deliveries.forgetDeliveries('Äb')],
  },
  notices: {
    insertNotices: () => [notices.insertNotices([notice(9)])],
    noticesAfter: () => [notices.noticesAfter(1, 3, 10), notices.noticesAfter(0, 3, 1), notices.noticesAfter(0, 1, 5)],
    noticeRange: () => [
      notices.noticeRange(null, null),
      notices.noticeRange(t(2), t(2)),
      notices.noticeRange(t(99), null),
    ],
    lastNotice: () => [notices.lastNotice()],
    purgeNotices: () => [notices.purgeNotices(t(9), 9, 10), notices.purgeNotices(t(9), 1, 1)],
    forgetNoticesOf: () => [notices.forgetNoticesOf(2)],
  },
  conversions: {
    conversionsOf: () => [conversions.conversionsOf(all, [1, 2]), conversions.conversionsOf(all, [])],
    convertedJourneys: () => [conversions.convertedJourneys(all)],
    insertConversions: () => [conversions.insertConversions([conversion(9)])],
    deleteConversions: () => [conversions.deleteConversions([1, 3])],
    conversionsAfter: () => [conversions.conversionsAfter([1, 2], 1, 5)],
    conversionsByDay: () => [conversions.conversionsByDay([1, 2], t(1))],
  },
  counts: {
    addCounts: () => [
      counts.addCounts([
        { campaignId: 'c1', version: 1, step: '', what: count.entered, n: 2 },
        { campaignId: 'c1', version: 1, step: '', what: count.entered, n: -1 },
        { campaignId: 'c3', version: 1, step: '', what: count.entered, n: 1 },
      ]),
    ],
    countsOf: () => [counts.countsOf(both)],
    countsByVersion: () => [counts.countsByVersion('c1')],
    versionsWithLeads: () => [counts.versionsWithLeads()],
    countByGoal: () => [counts.countByGoal('c1', 1), counts.countByGoal('c2', null)],
  },
  outbox: {
    insertInOutbox: () => [outbox.insertInOutbox([{ ...outboxItem, id: 9 }])],
    nextInOutbox: () => [outbox.nextInOutbox(2)],
    deleteFromOutbox: () => [outbox.deleteFromOutbox([1, 3])],
  },
  events: {
    knownEvents: () => [events.knownEvents(['e-1', 'none', 'ë-3', 'a "quoted" \\ one'])],
    insertEvents: () => [events.insertEvents([{ event: event('e-77'), leadId: 1 }], t())],
    propertiesOfEvents: () => [events.propertiesOfEvents('bought', 3, 2)],
    eventNames: () => [events.eventNames(3), events.eventNames(1)],
    stretchOfEvents: () => [
      events.stretchOfEvents('E', 2),
      events.stretchOfEvents('', 9),
      events.stretchOfEvents('z', 9),
    ],
    eventsBetween: () => [events.eventsBetween('bought', '', 'e-4')],
  },
  experiments: {
    allExperiments: () => [experiments.allExperiments()],
    experimentsOf: () => [experiments.experimentsOf('c1')],
    findExperiment: () => [experiments.findExperiment('c1', 'ab')],
    saveExperiment: () => [
      experiments.saveExperiment(
        experiment('c1', 'ab', {
          state: 'won',
          winner: 'a',
          seen: { a: { entered: 5, conversions: 2 } },
          weights: null,
        }),
      ),
      experiments.saveExperiment(experiment('c2', 'ab')),
    ],
    shareCounts: () => [experiments.shareCounts(both)],
  },
  fields: {
    storedFields: () => [fields.storedFields()],
    putField: () => [
      fields.putField({ name: 'score', type: 'text', label: "it's", description: '' }, t()),
      fields.putField({ name: 'new', type: 'text', label: '', description: '' }, t()),
    ],
    deleteField: () => [fields.deleteField('score'), fields.deleteField('none')],
    onlyKnownFields: () => [fields.onlyKnownFields()],
    setOnlyKnownFields: () => [fields.setOnlyKnownFields(false)],
    loadFields: () => [fields.loadFields()],
  },
  goals: {
    allGoals: () => [goals.allGoals()],
    goalsOf: () => [goals.goalsOf('c1')],
    openGoal: () => [goals.openGoal()],
    liveGoalsOf: () => [goals.liveGoalsOf('c1', measuring)],
    insertGoal: () => [goals.insertGoal({ ...goal, goal: 'other' })],
    saveGoal: () => [goals.saveGoal({ ...goal, id: 1, afterEvent: 'ë-3', looked: 3, status: 'done' })],
  },
  history: {
    pastMoments: () => [history.pastMoments(past)],
    pastEventsWhole: () => [history.pastEventsWhole(past)],
    olderEvents: () => [
      history.olderEvents({ id: 'e-4', leadId: 1, name: 'bought', at: t(10), nth: 1, properties: {} }, t(-5)),
    ],
    heardSince: () => [history.heardSince(all, ['bought', 'Visited'], t())],
    keptNames: () => [history.keptNames()],
    keepFromNow: () => [history.keepFromNow(['bought', 'new'])],
    keepNames: () => [history.keepNames(['Visited', 'bought'])],
    forgetNames: () => [history.forgetNames(['bought'])],
    sweepHistory: () => [history.sweepHistory(2), history.sweepHistory(2), history.sweepHistory(2)],
    insertHistory: () => [history.insertHistory([{ event: event('e-77'), leadId: 3 }])],
  },
  hosts: {
    allHosts: () => [hosts.allHosts()],
    putHost: () => [
      hosts.putHost({ host: 'https://b.example.com', connections: null, rate: null }),
      hosts.putHost({ host: 'https://c.example.com', connections: 1, rate: { most: 1, per: 'minute' } }),
    ],
  },
  ids: { loadIds: () => [nextIds()] },
  imports: {
    findImport: () => [imports.findImport('i-1')],
    newestImports: () => [imports.newestImports(2)],
    runningImports: () => [imports.runningImports()],
    insertImport: () => [imports.insertImport(anImport('i-9'))],
    saveImport: () => [imports.saveImport(anImport('i-1', { status: 'done', rows: 9, endedAt: t(3) }))],
    forgetImports: () => [imports.forgetImports(t(3), 10), imports.forgetImports(t(), 1)],
  },
  journal: {
    appendJournal: () => [journal.appendJournal([{ journeyId: 2, at: t(9), notes: [{ is: 'entered', step: 'ü?' }] }])],
    journalOf: () => [journal.journalOf(1)],
    repliesOf: () => [journal.repliesOf(all)],
    assignmentsOf: () => [journal.assignmentsOf(all)],
  },
  journeys: {
    journeysById: () => [journeys.journeysById([3, 1, 99])],
    findJourney: () => [journeys.findJourney(2), journeys.findJourney(99)],
    journeysOfLead: () => [journeys.journeysOfLead(1, 5)],
    journeysSince: () => [journeys.journeysSince(all, both, t(2))],
    lastEntries: () => [journeys.lastEntries(all, both)],
    lastPlannedEntries: () => [journeys.lastPlannedEntries(all, both)],
    lastKeyedEntries: () => [journeys.lastKeyedEntries(all, both, ['k-1', 'Ä'])],
    journeysInside: () => [journeys.journeysInside(all, both)],
    activeJourneys: () => [journeys.activeJourneys('c1', 1)],
    activeAfter: () => [journeys.activeAfter('c1', { after: 1, upTo: Number.MAX_SAFE_INTEGER }, 5)],
    lastJourneyId: () => [journeys.lastJourneyId()],
    countActiveIn: () => [journeys.countActiveIn('c1', null), journeys.countActiveIn('c1', 'in')],
    journeysIn: () => [journeys.journeysIn([1, 2], both)],
    countActive: () => [journeys.countActive()],
    insertJourneys: () => [journeys.insertJourneys([journey(9, { isFirst: true, memory })])],
    saveJourneys: () => [
      journeys.saveJourneys([journey(1, { step: 'in', status: 'finished', rev: 2, endedAt: t(9) })]),
    ],
    saveVersions: () => [journeys.saveVersions([{ id: 1, version: 2 }])],
    recentEntries: () => [journeys.recentEntries('c1', t(1)), journeys.recentEntries('none', t(1))],
  },
  'lead-data': {
    moveToLead: () => [leadData.moveToLead(1, 2, t(99)), leadData.moveToLead(4, 2, t(100))],
    forgetLead: () => [leadData.forgetLead(1, t(99)), leadData.forgetLead(4, t(99))],
    eventsOfLead: () => [leadData.eventsOfLead(1)],
    listIdsOfLead: () => [leadData.listIdsOfLead(1)],
    touchIdsOfLead: () => [leadData.touchIdsOfLead(4)],
  },
  'lead-search': {
    leadsByEmail: () => [leadSearch.leadsByEmail('ADA@example.com', 2), leadSearch.leadsByEmail('none', 2)],
    searchLeads: () =>
      ['ada', 'ADA@', 'bob-2', 'old-', 'müller', '50%', 'a_b', 'n_b', 'ä', '"c" ', '\0', '\\'].flatMap(typed => [
        leadSearch.searchLeads(typed, null, 10),
        leadSearch.searchLeads(typed, 3, 1),
      ]),
  },
  leads: {
    leadsById: () => [leads.leadsById([3, 1, 99])],
    leadsCalled: () => [
      leads.leadsCalled(['ada', 'old-ada', 'Älter-2', 'älter-2', 'none']),
      leads.leadsCalled(['ada', 'old-ada'], 'own'),
    ],
    namesInUse: () => [leads.namesInUse()],
    findLead: () => [leads.findLead('old-ada'), leads.findLead('none')],
    aliasesOf: () => [leads.aliasesOf(1)],
    randomLead: () => [leads.randomLead(0), leads.randomLead(0.6)],
    insertLeads: () => [
      leads.insertLeads([{ id: 9, externalId: 'nine', attributes: { email: 7, name: '\0' }, zone: null }], t()),
    ],
    updateLeads: () => [
      leads.updateLeads([{ id: 1, externalId: 'ada', attributes: { email: 'N@W' }, zone: null }], t(9)),
    ],
    putLeads: () => [
      leads.putLeads(
        [
          { externalId: 'old-ada', attributes: { a: 1, email: null } },
          { externalId: 'new', attributes: {}, zone: 'UTC' },
        ],
        () => 50,
        t(9),
      ),
    ],
    pageOfLeads: () => [leads.pageOfLeads(null, 2), leads.pageOfLeads(3, 2)],
    countLeads: () => [leads.countLeads()],
    zonesOfLeads: () => [leads.zonesOfLeads()],
    leadsInZones: () => [
      leads.leadsInZones(0, 9, ['Asia/Seoul'], true),
      leads.leadsInZones(0, 3, ['Asia/Seoul'], false),
    ],
    leadsAfter: () => [leads.leadsAfter(1, 9, 2)],
    lastLeadId: () => [leads.lastLeadId()],
  },
  lists: {
    allLists: () => [lists.allLists()],
    findList: () => [lists.findList('vip'), lists.findList('none')],
    knownLists: () => [lists.knownLists(['vip', 'none'])],
    insertList: () => [lists.insertList({ id: 'n', name: "N's?", description: '' }, t())],
    updateList: () => [lists.updateList({ id: 'vip', name: 'Vip', description: 'x' }, t(9))],
    deleteList: () => [lists.deleteList('vip')],
    insertMembers: () => [
      lists.insertMembers(
        [
          { listId: 'vip', leadId: 1 },
          { listId: 'vip', leadId: 2 },
          { listId: 'none', leadId: 2 },
        ],
        t(9),
      ),
    ],
    deleteMembers: () => [lists.deleteMembers([{ listId: 'vip', leadId: 1 }])],
    membershipsOf: () => [lists.membershipsOf(all)],
    membersAmong: () => [lists.membersAmong('vip', all)],
    pageOfMembers: () => [lists.pageOfMembers('vip', null, 5), lists.pageOfMembers('vip', 3, 5)],
  },
  meta: {
    installationName: () => [meta.installationName('another')],
    lastInstant: () => [meta.lastInstant()],
  },
  folders: {
    allFolders: () => [folders.allFolders()],
    insertFolder: () => [folders.insertFolder('p', folder, t())],
    saveFolder: () => [folders.saveFolder('inner', folder, t(9))],
    deleteFolder: () => [folders.deleteFolder('empty')],
    isFolderUsed: () => ['outer', 'inner', 'empty'].map(id => folders.isFolderUsed(id)),
    moveCampaign: () => [folders.moveCampaign('c1', 'outer', t(9)), folders.moveCampaign('c2', null, t(9))],
  },
  reasks: {
    insertReask: () => [reasks.insertReask('c2')],
    openReask: () => [reasks.openReask()],
    heldCalls: () => [
      reasks.heldCalls({ id: 1, campaignId: null, afterTask: 0, lastTask: 9 }, 5),
      reasks.heldCalls({ id: 1, campaignId: 'c2', afterTask: 3, lastTask: 9 }, 5),
    ],
    saveReask: () => [reasks.saveReask({ id: 1, afterTask: 3 })],
    deleteReask: () => [reasks.deleteReask(1)],
    makeDue: () => [reasks.makeDue([3, 9], t(150))],
    heldCallsOf: () => [reasks.heldCallsOf(all)],
  },
  receivers: {
    allReceivers: () => [receivers.allReceivers()],
    putReceivers: () => [
      receivers.putReceivers([receiver('https://A.example.com', { counts: false }), receiver('https://ä.example.com')]),
    ],
    deleteReceivers: () => [receivers.deleteReceivers(['https://A.example.com', 'none'])],
    forgetFailing: () => [receivers.forgetFailing(t(6))],
  },
  refusals: {
    keepRefusals: () => [
      refusals.keepRefusals(
        Array.from({ length: 1001 }, (_, i) => ({
          campaignId: 'c1',
          leadId: 2,
          at: t(i),
          event: null,
          because: { why: 'paused' } as const,
        })),
      ),
    ],
    refusalsOfLead: () => [refusals.refusalsOfLead(1, 5)],
  },
  removals: {
    removalsOf: () => [removals.removalsOf('c1', 5)],
    findRemoval: () => [removals.findRemoval(2)],
    openRemoval: () => [removals.openRemoval()],
    removalsByHand: () => [removals.removalsByHand()],
    countLeftEarly: () => [removals.countLeftEarly(new Map([[1, 2]]))],
    insertRemoval: () => [removals.insertRemoval({ ...removal, campaignId: 'c2' })],
    saveRemoval: () => [
      removals.saveRemoval({ ...removal, id: 1, lastJourney: 9, status: 'done', after: 2, removed: 2, endedAt: t(9) }),
    ],
  },
  resends: {
    latestResendings: () => [resends.latestResendings(5)],
    findResending: () => [resends.findResending(1)],
    openResending: () => [resends.openResending()],
    insertResending: () => [resends.insertResending(resending)],
    saveResending: () => [resends.saveResending({ ...resending, id: 1, status: 'done', below: 2 })],
  },
  retention: {
    purgedTouches: () => [retention.purgePassing(t(22), 3, t(99)), retention.purgedTouches(all)],
    purgePassing: () => [retention.purgePassing(t(26), 3, t(99)), retention.purgePassing(t(26), 3, t(99))],
    purgeNoted: () => [retention.purgeNoted(t(26), 0, 5, t(99)), retention.purgeNoted(t(26), 1, 1, t(99))],
  },
  rotations: {
    rotationsOf: () => [rotations.rotationsOf(both)],
    addTurns: () => {
      const turn = { campaignId: 'c1', step: 'ab', rotation: '50/50', n: 1 }
      return [
        rotations.addTurns([
          { ...turn, share: 'a' },
          { ...turn, share: 'b' },
        ]),
      ]
    },
  },
  runs: {
    planRun: () => [runs.planRun({ campaignId: 'c2', version: 1, at: t(), wall: null, missed: 0 })],
    openRuns: () => [runs.openRuns()],
    nextRunDue: () => [runs.nextRunDue()],
    runsOf: () => [runs.runsOf('c1', 5)],
    runOfReport: () => [begun(2), runs.runOfReport('c1')],
    saveRun: () => [begun(1)],
    adoptRuns: () => [runs.adoptRuns('c1', 1)],
    replaceRuns: () => [runs.replaceRuns('c1', t(9))],
  },
  secrets: {
    allSecrets: () => [secrets.allSecrets()],
    putSecret: () => {
      const secret = {
        kind: 'text',
        ciphertext: 'z?',
        createdAt: t(),
        updatedAt: t(9),
        usedAt: null,
        hosts: ['ä'],
      } as const
      return [secrets.putSecret({ ...secret, name: 'Sign' }), secrets.putSecret({ ...secret, name: 'new' })]
    },
    bindSecret: () => [secrets.bindSecret('key', ['ä', 'b'])],
    secretUsed: () => [secrets.secretUsed('key', t(9))],
    deleteSecret: () => [secrets.deleteSecret('key')],
    graphsInUse: () => [secrets.graphsInUse()],
    secretHosts: () => [secrets.secretHosts()],
  },
  'secret-uses': { hostsInUse: () => [secretUses.hostsInUse()] },
  replays: {
    allReplays: () => [replays.allReplays()],
    putReplays: () => [
      replays.putReplays([replay('crm'), replay('Äb', { state: 'cancelled', told: 3, endedAt: t(11) })]),
    ],
    forgetReplay: () => [replays.forgetReplay('Äb')],
  },
  subscriptions: {
    allSubscriptions: () => [subscriptions.allSubscriptions()],
    findSubscription: () => [subscriptions.findSubscription('Äb'), subscriptions.findSubscription('none')],
    insertSubscription: () => [subscriptions.insertSubscription(subscription('new'))],
    saveDefinition: () => {
      const { definition } = subscription('crm')
      return [subscriptions.saveDefinition('crm', { ...definition, name: 'Other' }, t(9))]
    },
    saveStandings: () => [
      subscriptions.saveStandings([{ ...subscription('crm'), state: 'disabled', outcome: 'timeout', failedAt: t(9) }]),
    ],
    deleteSubscription: () => [subscriptions.deleteSubscription('crm')],
    takeKey: () => [subscriptions.takeKey('crm'), subscriptions.takeKey('crm'), subscriptions.takeKey('Äb')],
  },
  sessions: {
    endedSessions: () => [sessions.endedSessions(t(40)), sessions.endedSessions(t(50))],
    endSession: () => [sessions.endSession('s-1', t(60)), sessions.endSession('s-2', t(60))],
  },
  settings: {
    loadSettings: () => [settings.loadSettings()],
    saveSettings: () => [settings.saveSettings({ ...defaultInstallation, retentionDays: 7 }), settings.loadSettings()],
  },
  tasks: {
    dueTimers: () => [tasks.dueTimers(t(50), 5)],
    dueCalls: () => [tasks.dueCalls(t(500), 5), tasks.dueCalls(t(500), 2)],
    queuedTasks: () => [tasks.queuedTasks('host https://b.example.com', 5)],
    countQueues: () => [tasks.countQueues()],
    aheadOf: () => [tasks.aheadOf(task(5, { lane: 'host https://b.example.com', rank: t(1), level: 2 }))],
    nextDue: () => [tasks.nextDue()],
    countDue: () => [tasks.countDue(t(50))],
    tasksOfJourneys: () => [tasks.tasksOfJourneys([1, 5])],
    insertTasks: () => [tasks.insertTasks([task(20, { heldBy: 'caps' })])],
    deleteTasks: () => [tasks.deleteTasks([1, 2])],
    clearTasks: () => [
      tasks.clearTasks([
        { journeyId: 1, step: 'call' },
        { journeyId: 5, step: 'call' },
      ]),
    ],
    moveTasks: () => [tasks.moveTasks([task(3, { state: 'parked', lane: 'campaign c1', revision: 4 })])],
    recoverCalls: () => [tasks.recoverCalls(() => 77, t(99))],
    bringRetriesBack: () => [tasks.bringRetriesBack(1, t()), tasks.bringRetriesBack(1000, t())],
    parkTasks: () => [tasks.parkTasks('c1')],
    unparkTasks: () => [tasks.unparkTasks('c2'), tasks.unparkTasks('c1', 1)],
    resumingCampaigns: () => [tasks.resumingCampaigns()],
  },
  'test-sends': {
    insertTestSend: () => [
      testSends.insertTestSend({ at: t(10), leadId: 2, campaignId: 'c2', step: '', result: tested }),
    ],
    testSendsOf: () => [testSends.testSendsOf('c1', undefined, 5), testSends.testSendsOf('c1', 'call', 5)],
    findTestSend: () => [testSends.findTestSend(2), testSends.findTestSend(9)],
    purgeTestSends: () => [testSends.purgeTestSends(t(5))],
  },
  touches: {
    touchesById: () => [touches.touchesById([4, 3, 99])],
    touchesOfJourney: () => [touches.touchesOfJourney({ id: 1, leadId: 1 })],
    touchesToCount: () => [touches.touchesToCount(all, t(2), []), touches.touchesToCount(all, t(2), [1, 3])],
    touchesAmong: () => [touches.touchesAmong([1, 2, 3, 99], [1], t(0)), touches.touchesAmong([2], all, t(2))],
    receivedTouches: () => [touches.receivedTouches(all, both, t(2))],
    lastReceipts: () => [touches.lastReceipts(all, both)],
    insertTouches: () => [touches.insertTouches([touch(20)])],
    settleTouches: () => [
      touches.settleTouches([
        { id: 1, status: 'uncertain', attempts: 2, settledAt: t(9), lastStatus: null, cause: 'timeout' },
      ]),
    ],
    countInterrupted: () => [touches.countInterrupted([1, 3])],
    deleteTouches: () => [touches.deleteTouches([1, 2])],
    interruptedOnce: () => [touches.interruptedOnce()],
    resendTouches: () => [touches.resendTouches([{ ...resent(4), request: null }, resent(2)])],
    restoreTouches: () => [touches.restoreTouches([{ id: 6, as: 'uncertain' }], t(9))],
    abandonTouches: () => [
      touches.abandonTouches(
        [
          { journeyId: 1, leadId: 1, step: 'call' },
          { journeyId: 5, leadId: 4, step: 'call' },
        ],
        t(9),
      ),
    ],
  },
  volumes: {
    volumesOf: () => [volumes.volumesOf(both)],
    enteredEver: () => [volumes.enteredEver(both)],
    saveVolumes: () => [
      volumes.saveVolumes([
        { campaign_id: 'c1', per: 'hour', period: 490_001, n: 1 },
        { campaign_id: 'c1', per: 'day', period: 20_000, n: 1 },
      ]),
    ],
  },
  webhooks: {
    allWebhooks: () => [webhooks.allWebhooks()],
    findWebhook: () => [webhooks.findWebhook('crm'), webhooks.findWebhook('none')],
    insertWebhook: () => [webhooks.insertWebhook('new', input, t())],
    saveWebhook: () => [webhooks.saveWebhook('crm', input, t(9))],
    deleteWebhook: () => [webhooks.deleteWebhook('crm')],
  },
}

/** The ids that would be given next. */
function* nextIds(): Work<readonly number[]> {
  const next = yield* ids.loadIds()
  return [next.lead(), next.journey(), next.task(), next.touch(), next.outboxItem(), next.arrival(), next.conversion()]
}

/** The run has begun, and some leads have entered. */
function* begun(n: number): Work<void> {
  const found = (yield* runs.runsOf('c1', 5)).find(({ run }) => run === n)
  if (found !== undefined)
    yield* runs.saveRun({ ...found, status: 'running', started_at: t(3), entered: 2, last_lead: 4 })
}

/** What work.ts offers, in the ways in which it is written nowhere yet. */
export const spellings: { readonly [title: string]: Sql } = {
  'a question mark in quotes': sql`select id from leads where external_id <> 'what?' and id > ${2} order by id`,
  'a list of numbers above 2^31': sql`select id from touches where reserved_at in ${list([t(2), t(3)])} order by id`,
  'a list of texts that are hard to quote': sql`select name from programs where name in ${list(['Outer', '"', '\\', ',', '{}', 'null', ''])}`,
  'an empty list': sql`select id from leads where id in ${list([])}`,
}
