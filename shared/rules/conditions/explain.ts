import type { Json } from '../../json'
import { readDate } from '../../values/dates'
import { operators } from './operators'
import { isNever, sayComparison, sayEvent, sayField, sayList, sayTimes, sayWithin, timesWord } from './say'
import { MOST_LOOKED_AT } from './schema'
import type { Seen, SeenField, SeenHistory, SeenRule } from './seen'

/**
 * Why a condition came out as it did, as a fragment: `country is "Brazil", not India`. Only the rules that decided are
 * named: those that failed of an "all" that failed, those that held of an "any" that held, and for a "none" the other
 * way round.
 */
export function explainCondition(seen: Seen): string {
  if (seen.rules.length === 0) return 'there was nothing to ask'
  return deciding(seen)
    .map(rule => ('match' in rule ? group(rule) : explainRule(rule)))
    .join(', and ')
}

/** A condition without rules holds, so the result of any other comes from at least one of its rules. */
function deciding({ match, result, rules }: Seen): Seen['rules'] {
  return rules.filter(rule => rule.result === (match === 'none' ? !result : result))
}

function group(seen: Seen): string {
  return deciding(seen).length > 1 ? `(${explainCondition(seen)})` : explainCondition(seen)
}

/**
 * One rule with what it found: `visits is 1, not at least 2`, `did "bought" 1 time in the last 30 days, not at least
 * 2`.
 */
export function explainRule(rule: SeenRule): string {
  if ('did' in rule) return explainHistory(rule)
  if ('list' in rule) return sayList({ ...rule, is: rule.result === (rule.is === 'on') ? 'on' : 'off' })
  return explainField(rule)
}

function explainHistory(seen: SeenHistory): string {
  const { times, within, found, cut, result } = seen
  if (found === 0 && isNever(times) && cut === undefined) return `did not do ${sayEvent(seen)}${sayWithin(within)}`
  const least = cut === 'enough' ? 'at least ' : ''
  const among =
    cut === 'limit' ? ` (among the newest ${MOST_LOOKED_AT.toLocaleString('en')}; older ones were not looked at)` : ''
  const often = `did ${sayEvent(seen)} ${least}${found} ${timesWord(found)}${sayWithin(within)}${among}`
  if (isNever(times)) return `${often} (asked: did not)`
  return `${often}, ${result ? '' : 'not '}${sayTimes(times)}`
}

function explainField({ field, op, value, found, result }: SeenField): string {
  const name = sayField(field)
  const asked = sayComparison({ op, value })
  if (op === 'exists' || op === 'missing')
    return found !== null && found !== '' ? `${name} is known (${shown(found)})` : `${name} is not known`
  if (op === 'is-empty') return result ? `${name} is empty` : `${name} is ${shown(found)}, not empty`
  if (found === null || found === '') return `${name} is not known (asked: ${asked})`
  const is = `${name} is ${shown(found)}`
  if (asksForDate(op) && readDate(found).is === 'refused') return `${is}, which is no date (asked: ${asked})`
  const wanted = asked.slice(operators[op].label.length + 1)
  switch (op) {
    case 'is':
      return result ? is : `${is}, not ${wanted}`
    case 'is-not':
      return result ? `${is}, not ${wanted}` : `${is} (asked: is not ${wanted})`
    case 'contains':
    case 'not-contains':
      return `${is}, which ${result === (op === 'contains') ? 'contains' : 'does not contain'} ${wanted}`
    case 'starts-with':
    case 'ends-with':
    case 'matches':
    case 'contains-any':
    case 'contains-all':
      return `${is}, which ${result ? asked : asked.replace(/^(start|end|matche|contain)s/, 'does not $1').replace('matche', 'match')}`
    case 'contains-none':
      return `${is}, which ${result ? asked : asked.replace('none', 'one')}`
    case 'anniversary':
      return `${is}, which ${result ? 'has' : 'does not have'} its anniversary today`
    default:
      return `${is}, ${result ? '' : 'not '}${asked.replace(/^is /, '')}`
  }
}

function asksForDate(op: SeenField['op']): boolean {
  const { takes } = operators[op]
  return takes === 'date' || takes === 'span' || op === 'anniversary'
}

/** A value that was found, with text and numbers told apart: `"Brazil"`, `4`, `["a","b"]`. */
function shown(value: Json): string {
  return JSON.stringify(value)
}
