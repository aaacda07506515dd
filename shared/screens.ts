/**
 * Every address of the screens, once: the router draws them, the server answers them with the one page, and both are complete by type or
 * test. A name that begins with `$` stands for any one part of an address.
 */
export const screens = {
  campaigns: '/',
  campaign: '/campaigns/$id',
  report: '/campaigns/$id/report',
  leads: '/leads',
  lead: '/leads/$externalId',
  lists: '/lists',
  list: '/lists/$id',
  journey: '/journeys/$id',
  sandbox: '/sandbox',
  webhooks: '/webhooks',
  webhook: '/webhooks/$id',
  subscriptions: '/subscriptions',
  subscription: '/subscriptions/$id',
  activity: '/activity',
  settings: '/settings',
  fields: '/fields',
  hosts: '/hosts',
} as const
export type Screen = keyof typeof screens
