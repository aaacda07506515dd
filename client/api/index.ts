export {
  type ActivitySearch,
  activity,
  activityKeys,
  exportAddress,
  useActivity,
  useActivitySummary,
  useAlerts,
  useResendings,
  useSend,
  useSettings,
} from './activity'
export { api } from './api'
export { type Connection, type EventHandlers, useEvents } from './events'
export { ApiError, addressOf } from './fetch'
export { conversionsAddress, goals } from './goals'
export { useHealth } from './health'
export {
  createQueryClient,
  keys,
  useCampaign,
  useCampaigns,
  useEntrance,
  useEventNames,
  useImport,
  useImports,
  useJourney,
  useLeadJourneys,
  useLeads,
  useList,
  useLists,
  useMembers,
  useRefusedEntries,
  useReport,
  useSandbox,
  useTags,
  useVersion,
} from './hooks'
export { hosts, hostsKey, useHosts } from './hosts'
export { type ImportMapping, isAbort, rejectedRowsAddress } from './import-leads'
export { fieldsKey, leadData, leadExportAddress, useFields } from './lead-data'
