import { type Dice, dice as roll } from '#shared/simulate/chance'
import type { Answer } from '#shared/simulate/endpoints'
import { type Coming, type OneLead, type Walk, walkOneLead } from '#shared/simulate/one-lead'
import type { Store } from '#shared/store/work'
import { countries, eventNames, folders, lists, randomGraph, randomWebhook, webhooks, zones } from './graphs'
import { moody } from './moody'
import { World } from './world'

const START = Date.parse('2026-03-27T05:00:00Z')
const HOUR = 3_600_000

/** One lead through a random draft, over an empty database that is furnished for it: lists, folders, library webhooks, and what the lead did before. */
export async function walkRandomLead(seed: number, store: Store): Promise<Walk> {
  const dice = roll(seed)
  const asked = randomQuestion(dice)
  await furnish(store, asked, dice)
  return walkOneLead({ store, originOf: url => (URL.canParse(url) ? new URL(url).origin : undefined) }, asked)
}

function randomQuestion(dice: Dice): OneLead {
  const graph = randomGraph(dice)
  const answers = Array.from({ length: 12 }, () => moody(dice)({} as never, 0))
  const stepIds = Object.keys(graph.steps)
  return {
    campaign: { id: 'c0', name: 'Random', graph },
    lead: {
      externalId: 'lead-0',
      attributes: { country: dice.oneOf(countries), score: dice.below(8) },
      zone: dice.happens(0.7) ? dice.oneOf(zones) : null,
    },
    coming: Array.from({ length: 8 }, () => randomComing(dice)),
    answers: Object.fromEntries(
      stepIds.map((id): [string, Answer[]] => [id, answers.slice(dice.below(6), 6 + dice.below(6))]),
    ),
    start: START,
    until: START + 90 * 24 * HOUR,
  }
}

function randomComing(dice: Dice): Coming {
  const at = START + dice.below(20 * 24) * HOUR
  if (dice.happens(0.2))
    return { is: 'change', at, attributes: { score: dice.below(8), country: dice.oneOf(countries) } }
  if (dice.happens(0.1)) return { is: 'entry', at }
  return { is: 'event', at, name: dice.oneOf(eventNames), properties: { amount: dice.below(100), currency: 'EUR' } }
}

async function furnish(store: Store, { lead }: OneLead, dice: Dice): Promise<void> {
  const world = await World.create({ store, laws: 'none', start: '2026-03-20T12:00:00Z' })
  for (const list of lists) await world.list(list)
  for (const campaign of ['asked', 'executed', 'c0']) await world.draft(campaign)
  const [outer = '', inner = ''] = folders
  await world.addFolder(outer, null, {})
  await world.addFolder(inner, outer, {})
  for (const webhook of webhooks) await world.addWebhook(webhook, randomWebhook(dice))
  await world.lead(lead.externalId, { country: dice.oneOf(countries) })
  for (const name of eventNames) world.send({ lead: lead.externalId, name })
  await world.runUntil('P1D')
}
