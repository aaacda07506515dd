import type { FieldType } from '../field-types'

/** What a field holds, as far as comparing is concerned. `any`: nobody knows, as for properties of an event. */
export type Sort = 'text' | 'number' | 'boolean' | 'date' | 'list'

/**
 * What an operator compares with: one value, a text, a pattern, a number or two (dates are allowed too, as they always
 * were), a date, a span of time (time/span.ts), some values, or nothing.
 */
export type Takes = 'value' | 'text' | 'pattern' | 'amount' | 'range' | 'date' | 'span' | 'list' | 'nothing'

interface Look {
  /**
   * What is said between the field and the value: `is at least`. `…` stands for the value where it is not at the end.
   */
  readonly label: string
  readonly takes: Takes
  /** The sorts of field for which it is offered. */
  readonly for: readonly Sort[]
}

const every: readonly Sort[] = ['text', 'number', 'boolean', 'date', 'list']

/**
 * The comparisons, in the order in which they are offered. Text is compared without regard to case; numbers, dates (ISO
 * 8601) and truth values by value, also when one side arrived as text. Days, weeks, months and years are of the
 * calendar in the lead's zone.
 */
export const operators = {
  is: { label: 'is', takes: 'value', for: ['text', 'number'] },
  'is-not': { label: 'is not', takes: 'value', for: ['text', 'number'] },
  contains: { label: 'contains', takes: 'value', for: ['text', 'list'] },
  'not-contains': { label: 'does not contain', takes: 'value', for: ['text', 'list'] },
  'starts-with': { label: 'starts with', takes: 'text', for: ['text'] },
  'ends-with': { label: 'ends with', takes: 'text', for: ['text'] },
  matches: { label: 'matches', takes: 'pattern', for: ['text'] },
  'greater-than': { label: 'is greater than', takes: 'amount', for: ['number'] },
  'at-least': { label: 'is at least', takes: 'amount', for: ['number'] },
  'less-than': { label: 'is less than', takes: 'amount', for: ['number'] },
  'at-most': { label: 'is at most', takes: 'amount', for: ['number'] },
  between: { label: 'is between', takes: 'range', for: ['number'] },
  'is-true': { label: 'is true', takes: 'nothing', for: ['boolean'] },
  'is-false': { label: 'is false', takes: 'nothing', for: ['boolean'] },
  before: { label: 'is before', takes: 'date', for: ['date'] },
  after: { label: 'is after', takes: 'date', for: ['date'] },
  on: { label: 'is on', takes: 'date', for: ['date'] },
  'in-last': { label: 'is in the last …', takes: 'span', for: ['date'] },
  'in-next': { label: 'is in the next …', takes: 'span', for: ['date'] },
  'longer-ago': { label: 'is more than … ago', takes: 'span', for: ['date'] },
  anniversary: { label: 'has its anniversary today', takes: 'nothing', for: ['date'] },
  'contains-any': { label: 'contains any of', takes: 'list', for: ['list'] },
  'contains-all': { label: 'contains all of', takes: 'list', for: ['list'] },
  'contains-none': { label: 'contains none of', takes: 'list', for: ['list'] },
  'is-empty': { label: 'is empty', takes: 'nothing', for: ['list'] },
  'one-of': { label: 'is one of', takes: 'list', for: ['text', 'number'] },
  'none-of': { label: 'is none of', takes: 'list', for: ['text', 'number'] },
  exists: { label: 'is known', takes: 'nothing', for: every },
  missing: { label: 'is not known', takes: 'nothing', for: every },
} as const satisfies { readonly [op: string]: Look }

/** The sort of a lead field's type, as far as comparing is concerned. */
export const sortOfType: { readonly [T in FieldType]: Sort } = {
  string: 'text',
  text: 'text',
  integer: 'number',
  float: 'number',
  percent: 'number',
  currency: 'number',
  score: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'date',
  email: 'text',
  phone: 'text',
  url: 'text',
  list: 'list',
}

export type Operator = keyof typeof operators
export const operatorNames = Object.keys(operators) as [Operator, ...Operator[]]
