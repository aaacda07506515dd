import { Check, X } from 'lucide-react'
import type { CSSProperties } from 'react'
import { sayField } from '#shared/engine/explain'
import { operators, type Seen, type SeenRule } from '#shared/rules/conditions'
import styles from './inspector.module.css'
import { show } from './Seen'
import { Table } from './Table'

/** A condition rule by rule: what was expected, what was found, and what came out. Groups inside are indented under their own result. */
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
          {seen.match === 'all' ? 'All of these' : 'Any of these'}
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

function RuleRow({ rule: { field, op, value, found, result }, depth }: { rule: SeenRule; depth: number }) {
  const { label, takes } = operators[op]
  return (
    <tr>
      <td style={indent(depth)} title={field}>
        {sayField(field)}
      </td>
      <td>
        {label}
        {takes === 'nothing' ? '' : ` ${Array.isArray(value) ? value.join(', ') : String(value)}`}
      </td>
      <td className={styles.mono}>{found === null ? <i>not known</i> : show(found)}</td>
      <td>
        <Result holds={result} />
      </td>
    </tr>
  )
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
