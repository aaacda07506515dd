import { z } from 'zod'
import { notices } from './notices'
import { kindNameSchema } from './subscription'

/** Which of what it was told a subscription is to be told again: everything that is kept, or less of it. */
export const askedSchema = z
  .object({
    /** From this instant (ms), and up to this one. */
    from: z.int().min(0).nullable().default(null),
    until: z.int().min(0).nullable().default(null),
    /** From this event on, by its id. */
    since: z.string().max(200).nullable().default(null),
    /** This one event alone, by its id. */
    event: z.string().max(200).nullable().default(null),
    /** None: every kind that it hears. */
    kinds: z.array(kindNameSchema).max(notices.length).default([]),
  })
  .refine(({ from, until }) => from === null || until === null || from <= until, {
    message: 'The end is before the start.',
    path: ['until'],
  })
export type Asked = z.infer<typeof askedSchema>

/** Is this among what was asked for? The places of events are looked at by whoever goes through them. */
export function isAsked({ from, until, kinds }: Asked, { kind, at }: { readonly kind: string; readonly at: number }) {
  if (kinds.length > 0 && !kinds.includes(kind)) return false
  return (from === null || at >= from) && (until === null || at <= until)
}

/** Which notice an event's id names: ids end in its number. Null: that is no id of ours. */
export function seqOf(eventId: string): number | null {
  const [, seq] = /^evt_.+_(\d{1,15})$/.exec(eventId) ?? []
  return seq === undefined ? null : Number(seq)
}
