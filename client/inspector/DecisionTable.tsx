import { Check, X } from 'lucide-react'
import type { CSSProperties } from 'react'
import type { Seen, SeenRule } from '#shared/rules/conditions'
import { sayComparison, sayEvent, sayField, sayTimes, sayWithin, timesWord } from '#shared/rules/conditions/say'
import styles from './inspector.module.css'
import { show } from './Seen'
import { Table } from './Table'

/**
 * A condition rule by rule: what was expected, what was found, and what came out. Groups inside are indented under
 * their own result.
 */
export function DecisionTable({ seen }: { seen: Seen }) {
  if (seen.rules.length === 0) return <p className={styles.muted}>There was nothing to ask.</p>
  return (
    <Table heads={['Rule', 'Expected', 'Found', 'Result']}>
      <GroupRows seen={seen} depth={0} path="" />
    </Table>
  )
}

function GroupRows({ seen, depth, path }: { seen: Seen; depth: number; path: string }) {
  return (
    <>
      <tr className={styles.group}>
        <th scope="row" colSpan={3} style={indent(depth)}>
          {titles[seen.match]}
        </th>
        <td>
          <Result holds={seen.result} />
        </td>
      </tr>
      {seen.rules.map((rule, i) => {
        const key = `${path}.${i}`
        return 'match' in rule ? (
          <GroupRows key={key} seen={rule} depth={depth + 1} path={key} />
        ) : (
          <RuleRow key={key} rule={rule} depth={depth + 1} />
        )
      })}
    </>
  )
}

const titles = { all: 'All of these', any: 'Any of these', none: 'None of these' } as const

function RuleRow({ rule, depth }: { rule: SeenRule; depth: number }) {
  const { what, expected, found } = cells(rule)
  return (
    <tr>
      <td style={indent(depth)} title={'field' in rule ? rule.field : undefined}>
        {what}
      </td>
      <td>{expected}</td>
      <td className={styles.mono}>{found ?? <i>not known</i>}</td>
      <td>
        <Result holds={rule.result} />
      </td>
    </tr>
  )
}

/** What a rule looked at, what it expected there, and what it found; null: nothing is known. */
function cells(rule: SeenRule): { readonly what: string; readonly expected: string; readonly found: string | null } {
  if ('did' in rule) {
    const expected = `${sayTimes(rule.times)} ${timesWord(rule.times.n)}${sayWithin(rule.within)}`
    return { what: `Did ${sayEvent(rule)}`, expected, found: `${rule.found} ${timesWord(rule.found)}` }
  }
  if ('list' in rule) {
    const isOn = rule.result === (rule.is === 'on')
    const say = (on: boolean) => (on ? 'is on it' : 'is not on it')
    return { what: `List ${rule.list.name || rule.list.id}`, expected: say(rule.is === 'on'), found: say(isOn) }
  }
  const { field, found } = rule
  return { what: sayField(field), expected: sayComparison(rule), found: found === null ? null : show(found) }
}

/** Yes or no, in an icon, a word and a colour. */
function Result({ holds }: { holds: boolean }) {
  const Icon = holds ? Check : X
  return (
    <span
      className={styles.result}
      style={{ '--mark': `var(${holds ? '--hl-succeeded' : '--hl-failed'})` } as CSSProperties}
    >
      <Icon size={14} aria-hidden />
      {holds ? 'Yes' : 'No'}
    </span>
  )
}

function indent(depth: number): CSSProperties {
  return { paddingLeft: depth * 16 }
}
