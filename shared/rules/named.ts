import { z } from 'zod'
import { error, type Finding } from '../problems'

/**
 * Something outside the graph that a step names. Its id counts; its name is what the card shows. An empty id: nobody
 * has chosen yet.
 */
export const namedSchema = z.object({ id: z.string().max(60), name: z.string().max(120) })
export type Named = z.infer<typeof namedSchema>

export const unnamed: Named = { id: '', name: '' }

/** `"VIP customers"`, or three dots while nobody has chosen. */
export function sayNamed({ id, name }: Named): string {
  return id === '' ? '…' : `"${name || id}"`
}

/** Has somebody chosen? `what` is the word for it: `list`. */
export function checkNamed({ id }: Named, what: 'list' | 'campaign', path: string): Finding[] {
  return id === '' ? [error(`step.no-${what}`, `The step has no ${what}.`, `Choose a ${what}.`, path)] : []
}
