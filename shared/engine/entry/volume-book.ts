import { dayOf, hourOf, type Volume } from '../../rules/entry'
import { enteredEver, type StoredVolume, saveVolumes, volumesOf } from '../../store/volumes'
import type { Work } from '../../store/work'
import type { LiveCampaign } from '../campaigns/live'

/** How many entered each campaign that limits it: this hour, this day, ever; with those whom this turn lets in. */
export class VolumeBook {
  readonly #now: number
  readonly #volumes = new Map<string, { -readonly [P in keyof Volume]: number }>()
  readonly #zones = new Map<string, string>()

  constructor(now: number) {
    this.#now = now
  }

  *know(campaigns: readonly LiveCampaign[]): Work<void> {
    const counting = new Map(
      campaigns
        .filter(({ id, live }) => live.counts && !this.#volumes.has(id))
        .map(({ id, live }) => [id, live.graph.settings.zone]),
    )
    if (counting.size === 0) return
    const rows = yield* volumesOf([...counting.keys()])
    const ever = yield* enteredEver([...counting.keys()])
    for (const [id, zone] of counting) {
      const now = { hour: hourOf(this.#now), day: dayOf(this.#now, zone) }
      const so = (per: 'hour' | 'day') =>
        rows.find(r => r.campaign_id === id && r.per === per && r.period === now[per])?.n ?? 0
      this.#zones.set(id, zone)
      this.#volumes.set(id, { hour: so('hour'), day: so('day'), lifetime: ever.get(id) ?? 0, run: 0 })
    }
  }

  /** Undefined of a campaign without limits. */
  of(campaignId: string): Volume | undefined {
    return this.#volumes.get(campaignId)
  }

  /** One more has entered. */
  count(campaignId: string): void {
    const volume = this.#volumes.get(campaignId)
    if (volume === undefined) return
    volume.hour++
    volume.day++
    volume.lifetime++
  }

  *write(): Work<void> {
    const counted = [...this.#volumes].flatMap(([campaign_id, volume]): StoredVolume[] => {
      const zone = this.#zones.get(campaign_id) ?? 'UTC'
      return [
        { campaign_id, per: 'hour', period: hourOf(this.#now), n: volume.hour },
        { campaign_id, per: 'day', period: dayOf(this.#now, zone), n: volume.day },
      ]
    })
    yield* saveVolumes(counted)
  }
}
