import type { JournalEntry } from '#shared/journal'
import type { Json } from '#shared/json'
import type { Journey } from '#shared/store/journeys'
import type { World } from './world'

/** A lead, as tests speak of one: `ada.does('signed_up')`. */
export class LeadDriver {
  constructor(
    readonly world: World,
    readonly externalId: string,
  ) {}

  /** Does something, and everything that follows at once has happened. */
  async does(name: string, properties: Record<string, Json> = {}, id?: string): Promise<void> {
    this.world.send({ lead: this.externalId, name, properties, ...(id === undefined ? {} : { id }) })
    await this.world.runUntil('PT1S')
  }

  journeys(): Promise<readonly Journey[]> {
    return this.world.journeysOf(this.externalId)
  }

  /** Where the lead's newest journey stands; or how it ended. */
  async at(): Promise<string> {
    const journey = (await this.journeys()).at(-1)
    if (journey === undefined) return 'nowhere'
    return journey.status === 'active' ? journey.step : journey.status
  }

  async story(): Promise<readonly JournalEntry[]> {
    const journey = (await this.journeys()).at(-1)
    return journey === undefined ? [] : this.world.journal(journey)
  }

  attributes(): Promise<Record<string, Json>> {
    return this.world.attributes(this.externalId)
  }
}
