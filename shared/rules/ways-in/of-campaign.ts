import type { LeadEvent } from '../../world'

/** Is the event of the campaign that a way in names? An empty name means any. */
export function isOf(campaign: string, properties: LeadEvent['properties']): boolean {
  return campaign === '' || properties['campaign'] === campaign
}
