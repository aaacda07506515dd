import type { AlertView } from '#shared/api/alerts'
import { nameOf } from '#shared/graph/names'
import { emptyGraph } from '#shared/graph/schema'
import { type Alert, latestAlerts } from '#shared/store/alerts'
import { findCampaign, findVersion } from '#shared/store/campaigns'
import type { Work } from '#shared/store/work'

/** The newest alerts. */
export function* alertViews(most: number): Work<AlertView[]> {
  const views: AlertView[] = []
  for (const alert of yield* latestAlerts(most)) views.push(yield* toAlert(alert))
  return views
}

/** An alert with the names of its campaign and step. */
export function* toAlert(alert: Alert): Work<AlertView> {
  const campaign = yield* findCampaign(alert.campaign_id)
  const version = campaign?.liveVersion ?? null
  const graph = version === null ? emptyGraph : ((yield* findVersion(alert.campaign_id, version))?.graph ?? emptyGraph)
  return {
    id: alert.id,
    campaignId: alert.campaign_id,
    campaignName: campaign?.name ?? alert.campaign_id,
    step: alert.step,
    stepName: nameOf(alert.step, { graph }),
    raisedAt: alert.raised_at,
    calls: alert.calls,
    failed: alert.failed,
    minutes: alert.minutes,
    percent: alert.percent,
    receiver: alert.receiver,
    reached: alert.reached,
    clearedAt: alert.cleared_at,
    acknowledgedAt: alert.acknowledged_at,
  }
}
