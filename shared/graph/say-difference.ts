import type { ChangedPart, Difference } from './diff'

/** More sentences than this are counted, not said. */
const MOST = 8

/**
 * A difference as sentences, in the order of the flow: `"Tell": URL was "https://a.example", and is
 * "https://b.example".` Empty when there is none.
 */
export function sayDifference({ steps, ways, settings }: Difference): string[] {
  const said = [
    ...steps.flatMap(({ name, kind, is, parts }) =>
      is === 'changed' ? parts.map(part => sayPart(`"${name}"`, part)) : [`"${name}" (${kind}) was ${is}.`],
    ),
    ...ways.map(({ name, port, before, after }) => {
      const [was, now] = [before, after].map(to => (to === null ? 'the end' : `"${to}"`))
      return `"${port}" of "${name}" leads to ${now}, not to ${was}.`
    }),
    ...settings.map(part => sayPart('Settings', part)),
  ]
  const more = said.length - MOST
  return more <= 1 ? said : [...said.slice(0, MOST), `There are ${more} more changes.`]
}

function sayPart(of: string, { label, before, after }: ChangedPart): string {
  if (before === null) return `${of}: ${label} is ${after ?? 'another'}.`
  return `${of}: ${label} was ${before}, and is ${after ?? 'none'}.`
}
