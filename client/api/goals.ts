import { addressOf, ask } from './fetch'

const part = encodeURIComponent
const computing = () => import('#shared/api/goals').then(s => s.computingSchema)

/** Calls of the API about the goals of a campaign. All throw `ApiError`. */
export const goals = {
  stopComputing: (campaign: string, goal: string) =>
    ask(computing, 'DELETE', `/campaigns/${part(campaign)}/goals/${part(goal)}/computing`),
  goOnComputing: (campaign: string, goal: string) =>
    ask(computing, 'POST', `/campaigns/${part(campaign)}/goals/${part(goal)}/computing`, { body: {} }),
}

/** Where all conversions of a campaign are downloaded from. */
export function conversionsAddress(campaign: string): string {
  return addressOf(`/campaigns/${part(campaign)}/conversions.csv`, {})
}
