import { Autocomplete, NativeSelect } from '@mantine/core'
import { type Operator, operators, type Sort, type Takes } from '#shared/rules/conditions/operators'
import type { FieldRule } from '#shared/rules/conditions/schema'
import { readSpan } from '#shared/time/span'
import { ProblemsAt } from '../field'
import styles from '../fields.module.css'
import { Row } from '../rows'
import { comparisonsFor, suitable } from './comparisons'
import type { RuleProps } from './rule-props'
import { listOf, Value } from './Value'

/** `country` `is one of` `India, Nepal`. */
export function FieldRow(
  props: RuleProps<FieldRule> & {
    /** Places to look at, for completion: `lead.country`. */
    readonly fields: readonly string[]
    readonly sorts: ReadonlyMap<string, Sort>
  },
) {
  const { rule, onChange, onRemove, path, problems, fields, sorts } = props
  const sort = sorts.get(rule.field)
  const isFaulty = problems.some(p => p.path === path && p.severity === 'error')
  return (
    <div className={styles.oneRule}>
      <Row remove={onRemove} label={`the rule on ${rule.field}`}>
        <Autocomplete
          aria-label="Field"
          data-path={path}
          data={[...fields]}
          limit={30}
          maxLength={200}
          value={rule.field}
          error={isFaulty}
          onChange={field => onChange(withOperator({ ...rule, field }, suitable(rule.op, sorts.get(field))))}
          classNames={{ input: styles.mono ?? '' }}
        />
      </Row>
      <div className={styles.compare} data-wide={wide.has(operators[rule.op].takes) || undefined}>
        <NativeSelect
          aria-label="Comparison"
          value={rule.op}
          onChange={event => onChange(withOperator(rule, event.currentTarget.value as Operator))}
          data={comparisonsFor(sort, rule.op) as { value: string; label: string }[]} // Mantine takes groups too; its type wants them mutable
        />
        <Value rule={rule} onChange={onChange} />
      </div>
      <ProblemsAt problems={problems} path={path} />
    </div>
  )
}

const wide: ReadonlySet<Takes> = new Set(['nothing', 'list', 'range', 'pattern', 'span'])

/** Another comparison keeps what was compared with, as far as it fits. */
function withOperator(rule: FieldRule, op: Operator): FieldRule {
  if (rule.op === op) return rule
  const { value: _, ...bare } = rule
  const { takes } = operators[op]
  const values = listOf(rule)
  if (takes === 'nothing') return { ...bare, op }
  if (takes === 'list') return { ...bare, op, value: values.filter(value => value !== '') }
  if (takes === 'range') return { ...bare, op, value: [values[0] ?? '', values[1] ?? ''] }
  if (takes === 'span') return { ...bare, op, value: readSpan(values[0]) === undefined ? 'P7D' : (values[0] ?? '') }
  return { ...bare, op, value: values.join(', ') }
}
