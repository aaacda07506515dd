import { z } from 'zod'

/**
 * Frequency caps: how much one lead gets at most, from which campaigns, in how long (braze R20-R23, section 4). What a
 * rule says, which campaigns it covers, and which of their sends it counts. The gate (gates/frequency-cap.ts) decides
 * with it.
 */

/**
 * What a campaign is about. `promo/spring` lies below `promo`, and a rule on `promo` covers both (braze section 4, rule
 * 4).
 */
export const tagSchema = z
  .string()
  .max(60)
  .regex(
    /^[^\s/,\p{C}]+(?: [^\s/,\p{C}]+)*(?:\/[^\s/,\p{C}]+(?: [^\s/,\p{C}]+)*)*$/u,
    'A tag is made of words, with a slash between one and what lies below it: promo/spring.',
  )

/** Which campaigns a rule covers. An empty tag or folder: none is chosen yet. */
export const capOfSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('all') }),
  z.object({ what: z.literal('tag'), tag: tagSchema.or(z.literal('')) }),
  /** Campaigns in this folder, and in those below it. */
  z.object({ what: z.literal('folder'), folder: z.string().max(64) }),
])
export type CapOf = z.infer<typeof capOfSchema>

/** No more than `most` webhook calls to one lead in the last `amount` `unit` (braze R20, R21). */
export const capSchema = z.object({
  name: z.string().max(80),
  most: z.int().min(1).max(10_000),
  amount: z.int().min(1).max(100_000),
  unit: z.enum(['minutes', 'days', 'weeks']),
  /**
   * For days and weeks: whole dates of the lead's own calendar, or the last so many times 24 hours (runs of a schedule
   * count by their plan: `isOverByPlan`). Minutes always roll.
   */
  window: z.enum(['calendar', 'rolling']),
  of: capOfSchema,
  counts: z.enum(['attempted', 'received']),
})
export type Cap = z.infer<typeof capSchema>

/** A new rule. */
export const plainCap: Cap = {
  name: '',
  most: 3,
  amount: 1,
  unit: 'weeks',
  window: 'calendar',
  of: { what: 'all' },
  counts: 'received',
}

/**
 * What becomes of a call that is one too many: it is not sent at all (braze R22), it is sent when it may be, or it is
 * not sent and the lead leaves.
 */
export const whenCappedSchema = z.enum(['skip', 'defer', 'exit'])
export type WhenCapped = z.infer<typeof whenCappedSchema>

/** How far back a rule may look (braze R20): 30 days. */
export const LONGEST_CAP = { minutes: 30 * 24 * 60, days: 30, weeks: 4 } as const

/** Does it look back further than any rule may? */
export function isTooLong({ amount, unit }: Pick<Cap, 'amount' | 'unit'>): boolean {
  return amount > LONGEST_CAP[unit]
}

/**
 * How a campaign stands to caps, and to the caps of others: what its live version says now, for its past sends too
 * (braze R23).
 */
export interface CapTerms {
  readonly tags: readonly string[]
  /** Ids of its folder and of the folders above it. */
  readonly folders: readonly string[]
  /** `ignores` neither obeys caps nor is counted by those of others; `ignores-but-counts` is counted (braze R23). */
  readonly capped: 'obeys' | 'ignores' | 'ignores-but-counts'
  /** 1 to 9: who is asked first when calls of one lead are due together. */
  readonly priority: number
}

/** Does a rule cover this campaign? It then both holds it back and counts it. */
export function speaksOf(of: CapOf, { tags, folders }: Pick<CapTerms, 'tags' | 'folders'>): boolean {
  switch (of.what) {
    case 'all':
      return true
    case 'tag':
      return of.tag !== '' && tags.some(tag => isBelow(tag, of.tag))
    case 'folder':
      return folders.includes(of.folder)
  }
}

/**
 * A rule that applies to a campaign: its own, or one of the whole installation. `name`: of the tag or folder that it
 * covers.
 */
export interface CapRule {
  readonly cap: Cap
  readonly level: 'campaign' | 'account'
  readonly name: string
}

/** What the gate is told about a campaign that wants to send. */
export interface Capping {
  readonly rules: readonly CapRule[]
  readonly standing: CapTerms
  /** What lets this send pass all rules: the campaign that does not obey caps, or the step alone. */
  readonly ignoredBy: 'campaign' | 'step' | null
  readonly whenCapped: WhenCapped
  /** A duration: a call that waits for its caps is given up this long after it was first held. */
  readonly deferAtMost: string
}

/** Does any rule speak of this send, and is it kept to? Where not, nothing is counted. */
export function isCapped({ rules, standing, ignoredBy }: Capping): boolean {
  return ignoredBy === null && rules.some(({ cap }) => speaksOf(cap.of, standing))
}

/** One send to the lead, by any campaign. */
export interface PastTouch {
  /** When it was reserved, ms. */
  readonly at: number
  /** When the run of a schedule that led to it was planned, ms; null or absent: none did. */
  readonly plannedAt?: number | null
  readonly status: 'reserved' | 'received' | 'failed' | 'abandoned' | 'uncertain'
  readonly by: CapTerms
}

/**
 * Does a rule count this send, if it lies in its window?
 *
 * | the send | `received` | `attempted` |
 * | --- | --- | --- |
 * | was received | counts | counts |
 * | is reserved: under way, or waits to be tried again | counts, as it may yet arrive | counts |
 * | was given up when its lead left the step, or may have arrived | counts, as it may well have | counts |
 * | failed for good | does not: its slot is free again | counts |
 */
export function isCounted({ of, counts }: Pick<Cap, 'of' | 'counts'>, { status, by }: PastTouch): boolean {
  if (by.capped === 'ignores' || !speaksOf(of, by)) return false
  return status !== 'failed' || counts === 'attempted'
}

/** The tag itself, or one below it. Case makes no difference. */
function isBelow(tag: string, above: string): boolean {
  const [mine, theirs] = [tag.toLowerCase(), above.toLowerCase()]
  return mine === theirs || mine.startsWith(`${theirs}/`)
}

/** The rule's own name, or what it says. */
export function sayCap({ name, most, amount, unit }: Pick<Cap, 'name' | 'most' | 'amount' | 'unit'>): string {
  return name.trim() || `at most ${most} in ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
