import type { Graph } from '#shared/graph/schema'
import type { Ids } from './hookline'
import { allFeatures, benchCampaign, did, everyTime, refusing, timed, updates, wideCap } from './workload'

/** What the bench walks through the product, as data. Each set differs from the first in one thing. */
export interface WorkSet {
  /** What `--only` names it by. */
  readonly id: string
  readonly title: string
  /** How its leads come: in requests of 1,000, one in a request, or to wait for instants of a minute, or of one moment. */
  readonly come: 'in-bulk' | 'one-by-one' | 'for-a-minute' | 'for-a-moment'
  /** How many there are, by 20,000 (what `--leads` is when left out). */
  readonly share: number
  readonly ids: Ids
  /** How long the sink takes to answer, ms. */
  readonly sinkMs: number
  /** Events that no campaign waits for. */
  readonly unheard?: boolean
  /** The campaigns that are live, when the sink is at this origin. */
  readonly campaigns: (sink: string) => readonly Graph[]
  /** How many of them each lead walks through. */
  readonly walks: number
  /** Calls that one walk makes. */
  readonly calls: 0 | 1
  readonly before?: Before
}

/** What is stored before the first event comes. */
export interface Before {
  /** Other leads with an event each, by 20,000 leads. */
  readonly others?: number
  /** Attributes of each lead. */
  readonly attributes?: number
  /** Webhooks that each lead was sent. */
  readonly sends?: number
  /** Events of each lead that nobody waited for. */
  readonly events?: number
}

const after = (sink: string, ms = 0) => `${sink}/after/${ms}`

const plain: WorkSet = {
  id: 'instant',
  title: 'a sink that answers at once',
  come: 'in-bulk',
  share: 1,
  ids: 'uuid',
  sinkMs: 0,
  campaigns: sink => [benchCampaign(after(sink))],
  walks: 1,
  calls: 1,
}

const slow = (ms: number, share: number): WorkSet => ({
  ...plain,
  id: `slow-${ms}`,
  title: `a sink that answers after ${ms} ms`,
  share,
  sinkMs: ms,
  campaigns: sink => [benchCampaign(after(sink, ms))],
})

const manyAttributes = (attributes: number): WorkSet => ({
  ...plain,
  id: `attributes-${attributes}`,
  title: `leads of ${attributes} attributes`,
  share: 0.25,
  before: { attributes },
})

const capped = (sends: number): WorkSet => ({
  ...plain,
  id: `cap-${sends}`,
  title: `a cap, ${sends} sends in each lead's past`,
  share: sends === 0 ? 1 : 0.1,
  campaigns: sink => [benchCampaign(after(sink), { settings: wideCap })],
  before: { sends },
})

const asked = (events: number): WorkSet => ({
  ...plain,
  id: `did-${events}`,
  title: `a filter "did X", ${events} such events in each lead's past`,
  share: 0.1,
  campaigns: sink => [benchCampaign(after(sink), { condition: did('looked_around') })],
  before: { events },
})

const several = (walks: number): WorkSet => ({
  ...plain,
  id: `campaigns-${walks}`,
  title: `${walks} campaigns on one event`,
  share: 2 / walks,
  campaigns: sink => Array.from({ length: walks }, () => benchCampaign(after(sink))),
  walks,
})

const single = (unheard: boolean): WorkSet => ({
  ...plain,
  id: unheard ? 'posts-unheard' : 'posts-heard',
  title: unheard ? 'one event a request, which nobody waits for' : 'one event a request, with a journey',
  come: 'one-by-one',
  share: 0.5,
  ...(unheard ? { unheard, calls: 0 } : {}),
})

const timers = (come: 'for-a-minute' | 'for-a-moment'): WorkSet => ({
  ...plain,
  id: come === 'for-a-minute' ? 'timers-minute' : 'timers-moment',
  title: come === 'for-a-minute' ? 'timers that are due in one minute' : 'timers that are due at one moment',
  come,
  share: 5,
  campaigns: sink => [timed(sink)],
})

/** The first four are what `npm run bench` runs when none is named. */
export const workSets: readonly WorkSet[] = [
  plain,
  slow(50, 5),
  single(false),
  single(true),
  { ...plain, id: 'counted', title: 'ids that are counted up', ids: 'counted' },
  { ...plain, id: 'stored', title: '500,000 other leads stored before', before: { others: 25 } },
  manyAttributes(10),
  manyAttributes(200),
  capped(0),
  capped(100),
  asked(1),
  asked(200),
  several(10),
  several(50),
  {
    ...plain,
    id: 'refused-100',
    title: '100 campaigns on one event that let nobody in, and one that does',
    share: 0.2,
    campaigns: sink => [benchCampaign(after(sink)), ...Array.from({ length: 100 }, () => refusing(after(sink)))],
  },
  {
    ...plain,
    id: 'liquid',
    title: 'two Liquid filters in the body',
    campaigns: sink => [
      benchCampaign(after(sink), {
        values: { email: '{{ event.email | downcase }}', amount: '{{ event.amount | times: 2 }}' },
      }),
    ],
  },
  {
    ...plain,
    id: 'features',
    title: 'cap, goal, quiet hours, exit and retries',
    campaigns: sink => [benchCampaign(after(sink), { settings: allFeatures(), retry: 'standard' })],
  },
  {
    ...plain,
    id: 'updates-50',
    title: '50 steps that update the lead',
    share: 0.1,
    campaigns: () => [updates(50)],
    calls: 0,
  },
  slow(1000, 0.25),
  timers('for-a-minute'),
  timers('for-a-moment'),
]

const HEADLINES = 4

/** The campaign by which past sends are made. */
export const past = (sink: string): Graph => everyTime(after(sink), 'earlier')

/** The sets that are named, in their order: `all`, ids, or beginnings of ids; undefined: there is no such. */
export function chosenSets(only: string): readonly WorkSet[] | undefined {
  if (only === '') return workSets.slice(0, HEADLINES)
  if (only === 'all') return workSets
  const names = only.split(',').map(name => name.trim())
  const fits = ({ id }: WorkSet, name: string) => id === name || id.startsWith(`${name}-`)
  if (names.some(name => !workSets.some(set => fits(set, name)))) return undefined
  return workSets.filter(set => names.some(name => fits(set, name)))
}
