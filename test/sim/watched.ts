import { loadReport } from '#server/http/views/report'
import type { Report } from '#shared/api'
import type { JournalEntry } from '#shared/journal'
import type { Json } from '#shared/json'
import type { StoredExperiment } from '#shared/rules/experiments/split'
import { type CampaignMigration, latestMigration } from '#shared/store/campaign-migrations'
import { allVersions, findCampaign } from '#shared/store/campaigns'
import { type Conversion, conversionsOf } from '#shared/store/conversions'
import { findExperiment } from '#shared/store/experiments'
import { allGoals } from '#shared/store/goals'
import { journalOf } from '#shared/store/journal'
import { activeAfter, type Journey, journeysById, journeysOfLead } from '#shared/store/journeys'
import { findLead, leadsById } from '#shared/store/leads'
import { pageOfMembers } from '#shared/store/lists'
import { type Removal, removalsOf } from '#shared/store/removals'
import { type Touch, touchesById, touchesOfJourney } from '#shared/store/touches'
import { all, sql } from '#shared/store/work'
import { Installation } from './installation'
import type { Published } from './laws'

/** What can be seen of a simulated installation, by its tables and its API. */
export class Watched extends Installation {
  /** Who is on a list, by external id. */
  async members(id: string): Promise<readonly string[]> {
    const members = await this.tables.read(pageOfMembers(id, null, 10_000))
    const leads = await this.tables.read(leadsById(members.map(m => m.leadId)))
    return leads.map(l => l.externalId).sort()
  }

  /** Everything that was ever published. */
  versions(): Promise<readonly Published[]> {
    return this.tables.read(allVersions())
  }

  /** The newest migration of a campaign. */
  migration(id: string): Promise<CampaignMigration | undefined> {
    return this.tables.read(latestMigration(id))
  }

  /** How subscriptions stand. */
  subscriptions = () => this.engine.subscriptions()

  /** Receivers that only fail or are switched off, as the API shows them. */
  receivers = () => this.engine.receivers()

  /** What was decided about an experiment. */
  experiment(campaign: string, step: string): Promise<StoredExperiment | undefined> {
    return this.tables.read(findExperiment(campaign, step))
  }

  /** The report as the API gives it. */
  async report(campaign: string): Promise<Report> {
    const stored = await this.tables.read(findCampaign(campaign))
    if (stored === undefined) throw new Error(`no campaign "${campaign}"`)
    return this.tables.read(loadReport(stored, this.now))
  }

  /** What was begun for a campaign, newest first. */
  removals = (campaign: string): Promise<readonly Removal[]> => this.tables.read(removalsOf(campaign, 10))

  /** Who goes on in a campaign, oldest first. */
  livingIn(campaign: string): Promise<readonly Journey[]> {
    return this.tables.read(activeAfter(campaign, { after: 0, upTo: Number.MAX_SAFE_INTEGER }, 1000))
  }

  /** Touches that failed for good or are uncertain, oldest first. */
  async deadLetters(): Promise<readonly number[]> {
    const rows = await this.tables.read(
      all<{ id: number }>(sql`select id from touches where status in ('failed', 'uncertain') order by id`),
    )
    return rows.map(row => row.id)
  }

  /** How each host fares, as the API shows it. */
  hosts = () => this.engine.hosts()

  async journeysOf(externalId: string): Promise<readonly Journey[]> {
    const lead = await this.tables.read(findLead(externalId))
    return lead === undefined ? [] : [...(await this.tables.read(journeysOfLead(lead.id, 1000)))].reverse()
  }

  journal(journey: Journey): Promise<readonly JournalEntry[]> {
    return this.tables.read(journalOf(journey.id))
  }

  touches(journey: Journey): Promise<readonly Touch[]> {
    return this.tables.read(touchesOfJourney(journey))
  }

  /** What counts for a journey, by all goals that were ever live. */
  async conversions(journey: Journey): Promise<readonly Conversion[]> {
    const goals = await this.tables.read(allGoals())
    return this.tables.read(
      conversionsOf(
        [journey.id],
        goals.map(g => g.id),
      ),
    )
  }

  async attributes(externalId: string): Promise<Record<string, Json>> {
    return { ...(await this.tables.read(findLead(externalId)))?.attributes }
  }

  /** The journeys of calls that were handed out and have not begun, each with its lead's name. */
  async waitingToBegin(): Promise<readonly (Journey & { readonly lead: string })[]> {
    const touches = await this.tables.read(touchesById(this.inHand().map(call => call.touch)))
    const journeys = await this.tables.read(journeysById(touches.map(touch => touch.journeyId)))
    const leads = await this.tables.read(leadsById(journeys.map(journey => journey.leadId)))
    return journeys.flatMap(journey =>
      leads.filter(({ id }) => id === journey.leadId).map(({ externalId }) => ({ ...journey, lead: externalId })),
    )
  }

  /** Calls that were handed out and have no answer yet. */
  get open(): number {
    return this.engine.inFlight()
  }

  /** Everything that must hold when a run is over. */
  finalLaws(): Promise<void> {
    return this.judge.end(this.arrived)
  }
}
