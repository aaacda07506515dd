import { type Operator, operators, type Sort, sortOfType } from '#shared/rules/conditions/operators'
import type { FieldType } from '#shared/rules/field-types'
import { useFields } from '../../../api'

const names = Object.keys(operators) as Operator[]

const titles: { readonly [S in Sort]: string } = {
  text: 'Text',
  number: 'Numbers',
  boolean: 'Yes or no',
  date: 'Dates',
  list: 'Lists',
}

interface Choice {
  readonly value: Operator
  readonly label: string
}

export type ComparisonChoices = readonly (Choice | { readonly group: string; readonly items: Choice[] })[]

/** The sorts of the lead fields by place: `lead.renewal` is a date. Places that nobody has typed are not in it. */
export function useSorts(): ReadonlyMap<string, Sort> {
  const fields = useFields().data?.fields ?? []
  const typed = fields.map(({ name, type }) => [`lead.${name}`, sortOfType[type as FieldType]] as const)
  return new Map<string, Sort>([
    ['lead.external_id', 'text'],
    ['lead.time_zone', 'text'],
    ['journey.entered_at', 'date'],
    ...typed,
  ])
}

/**
 * The comparisons that suit a sort of field; all of them, in groups, while it is not known. What is chosen stays among
 * them.
 */
export function comparisonsFor(sort: Sort | undefined, chosen: Operator): ComparisonChoices {
  if (sort !== undefined) {
    const suiting = names.filter(op => suits(op, sort))
    return (suiting.includes(chosen) ? suiting : [chosen, ...suiting]).map(choice)
  }
  const groups = (Object.keys(titles) as Sort[]).map(one => ({
    group: titles[one],
    items: names.filter(op => operators[op].for[0] === one && !suitsAll(op)).map(choice),
  }))
  return [...groups, { group: 'Anything', items: names.filter(suitsAll).map(choice) }]
}

/** The comparison that a field of this sort starts with, when the one that was chosen does not suit it. */
export function suitable(op: Operator, sort: Sort | undefined): Operator {
  return sort === undefined || suits(op, sort) ? op : (names.find(one => suits(one, sort)) ?? op)
}

function suits(op: Operator, sort: Sort): boolean {
  return (operators[op].for as readonly Sort[]).includes(sort)
}

function suitsAll(op: Operator): boolean {
  return operators[op].for.length === Object.keys(titles).length
}

function choice(value: Operator): Choice {
  return { value, label: operators[value].label }
}
