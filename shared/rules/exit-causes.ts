import type { ExitCause } from '../effects'
import { type ExitWay, exitKind } from './exits'
import { sayGate } from './gates'

/** What is needed to say by what leads left: the exits of all versions by their keys, and the names of steps. */
export interface Known {
  readonly ways: ReadonlyMap<string, ExitWay>
  readonly nameOf: (step: string) => string
}

/** By what leads left, in words. Causes that no version explains any more are said as far as they are known. */
export function sayExitCause(cause: ExitCause, { ways, nameOf }: Known): string {
  const [sort, of] = apart(cause)
  switch (sort) {
    case 'rule': {
      const way = ways.get(of)
      return way === undefined ? 'An exit of an older version' : sayWay(way)
    }
    case 'gate':
      return `Kept back by ${sayGate(of)}`
    case 'step':
      return `The step "${nameOf(of)}"`
    default:
      return plain[sort] ?? cause
  }
}

const plain: { readonly [cause: string]: string } = {
  'by-hand': 'Removed by hand',
  abort: 'The campaign was stopped',
  campaign: 'Taken out by a step of another campaign',
  late: 'Too late after a pause',
  version: 'A new version was published, and they were to leave',
  merged: 'Merged into a lead who was inside already',
  deleted: 'The lead was deleted',
}

function apart(cause: string): readonly [sort: string, of: string] {
  const at = cause.indexOf(':')
  return at < 0 ? [cause, ''] : [cause.slice(0, at), cause.slice(at + 1)]
}

/** An exit of the campaign: what it asks, then the marketer's own reason. */
export function sayWay(way: ExitWay): string {
  const reason = way.reason.trim()
  return `${exitKind(way).say(way)}${reason === '' ? '' : `: ${reason}`}`
}
