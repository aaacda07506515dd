interface Group {
  readonly id: string
  readonly label: string
  /** Percent of those who come. */
  readonly weight: number
  readonly isControl: boolean
}

/**
 * Groups that do not have as many leads yet as a winner rule asks of each, and how many they lack; the largest gap
 * first. `judged`: those whose goal window is over.
 */
function lacking<G extends Group & { readonly judged: number }>(
  groups: readonly G[],
  leads: number,
): readonly { readonly group: G; readonly more: number }[] {
  return groups
    .filter(({ weight, judged }) => weight > 0 && judged < leads)
    .map(group => ({ group, more: leads - group.judged }))
    .sort((a, b) => b.more - a.more)
}

/** `control lacks 105 leads, and B 20`; undefined when nobody lacks any. */
export function sayLacking(
  groups: readonly (Group & { readonly judged: number })[],
  leads: number,
): string | undefined {
  const [first, ...others] = lacking(groups, leads)
  if (first === undefined) return undefined
  const count = (n: number) => n.toLocaleString('en-US')
  const name = ({ isControl, label }: Group) => (isControl ? 'control' : label)
  const said = [`${name(first.group)} lacks ${count(first.more)} ${first.more === 1 ? 'lead' : 'leads'}`]
  return [...said, ...others.map(({ group, more }) => `${name(group)} ${count(more)}`)].join(', ')
}

/** How many leads and how much time a number of leads in each group takes. */
export interface Needed {
  /** Leads in all, over all groups. */
  readonly all: number
  /** The group that is filled last, because it gets the smallest share. */
  readonly last: Group
}

/**
 * How many leads must come until each group has this many, by the weights of the split; null where there is no group.
 */
export function leadsNeeded(groups: readonly Group[], leads: number): Needed | null {
  const last = groups
    .filter(({ weight }) => weight > 0)
    .reduce<Group | null>((a, b) => (a !== null && a.weight <= b.weight ? a : b), null)
  return last === null ? null : { all: Math.ceil(Math.round((leads * 100 * 1e6) / last.weight) / 1e6), last }
}
