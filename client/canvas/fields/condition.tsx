import { Autocomplete, NativeSelect, TagsInput, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { type Condition, type Operator, operators, type Rule } from '#shared/rules/conditions'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { AddButton, Row } from './rows'

/** A condition that reads like a sentence: all or any of some rules, and of groups of rules. */
export function ConditionField(props: FieldProps<Condition, FieldOf<'condition'>>) {
  const { value, onChange, field, path, problems } = props
  return (
    <Several {...{ field, path, problems }}>
      <ConditionRules {...{ value, onChange, path, problems }} scopes={field.scopes} />
    </Several>
  )
}

/** The rules of a condition without a frame of its own, inside a larger field. */
export function ConditionRules(props: {
  value: Condition
  onChange: (condition: Condition) => void
  scopes: readonly string[]
  path: string
  problems: readonly Problem[]
  /** What no rules mean. */
  nothing?: string
}) {
  const { value, onChange, scopes, path, problems, nothing = 'No rules: everybody matches.' } = props
  const fields = useLookups(scopes)
  return (
    <Rules
      condition={value}
      onChange={onChange}
      {...{ path, problems, fields, nothing, scope: scopes[0] ?? 'lead' }}
      depth={0}
    />
  )
}

interface RulesProps {
  readonly condition: Condition
  readonly onChange: (condition: Condition) => void
  readonly path: string
  readonly problems: readonly Problem[]
  /** Places to look at, for completion: `lead.country`. */
  readonly fields: readonly string[]
  /** What a new rule starts with: `lead`. */
  readonly scope: string
  readonly depth: number
  readonly nothing: string
}

function Rules({ condition, onChange, path, problems, fields, scope, depth, nothing }: RulesProps) {
  const { match, rules } = condition
  const set = (next: Condition['rules']) => onChange({ match, rules: next })
  const fresh: Rule = { field: `${scope}.`, op: 'is', value: '' }
  return (
    <div className={styles.rules} data-depth={depth}>
      {rules.length === 0 && <p className={styles.nothing}>{nothing}</p>}
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule is nothing but its place in the list
        <div key={i} className={styles.rule}>
          <Joint first={i === 0} match={match} choose={i === 1} onChange={next => onChange({ match: next, rules })} />
          {'match' in rule ? (
            <div className={styles.group}>
              <Rules
                condition={rule}
                onChange={next => set(next.rules.length === 0 ? without(rules, i) : replaced(rules, i, next))}
                path={`${path}.rules.${i}`}
                {...{ problems, fields, scope, nothing }}
                depth={depth + 1}
              />
            </div>
          ) : (
            <OneRule
              rule={rule}
              onChange={next => set(replaced(rules, i, next))}
              onRemove={() => set(without(rules, i))}
              path={`${path}.rules.${i}`}
              problems={problems}
              fields={fields}
            />
          )}
        </div>
      ))}
      <div className={styles.adds}>
        <AddButton onClick={() => set([...rules, fresh])}>Add a rule</AddButton>
        {depth === 0 && rules.length > 0 && (
          <AddButton onClick={() => set([...rules, { match: match === 'all' ? 'any' : 'all', rules: [fresh, fresh] }])}>
            Add a group
          </AddButton>
        )}
      </div>
    </div>
  )
}

/** The word between two rules. The first one between them chooses; the others follow it. */
function Joint(props: {
  first: boolean
  choose: boolean
  match: Condition['match']
  onChange: (m: Condition['match']) => void
}) {
  if (props.first) return null
  const word = props.match === 'all' ? 'and' : 'or'
  if (!props.choose) return <span className={styles.joint}>{word}</span>
  return (
    <NativeSelect
      aria-label="All rules, or any of them"
      value={props.match}
      onChange={event => props.onChange(event.currentTarget.value === 'all' ? 'all' : 'any')}
      data={[
        { value: 'all', label: 'and' },
        { value: 'any', label: 'or' },
      ]}
      w={80}
      size="xs"
    />
  )
}

function OneRule(props: {
  rule: Rule
  onChange: (rule: Rule) => void
  onRemove: () => void
  path: string
  problems: readonly Problem[]
  fields: readonly string[]
}) {
  const { rule, onChange, path } = props
  const isFaulty = props.problems.some(p => p.path === path && p.severity === 'error')
  return (
    <div className={styles.oneRule}>
      <Row remove={props.onRemove} label={`the rule on ${rule.field}`}>
        <Autocomplete
          aria-label="Field"
          data-path={path}
          data={props.fields}
          limit={30}
          maxLength={200}
          value={rule.field}
          error={isFaulty}
          onChange={field => onChange({ ...rule, field })}
          classNames={{ input: styles.mono ?? '' }}
        />
      </Row>
      <div className={styles.compare}>
        <NativeSelect
          aria-label="Comparison"
          value={rule.op}
          onChange={event => onChange(withOperator(rule, event.currentTarget.value as Operator))}
          data={Object.entries(operators).map(([value, { label }]) => ({ value, label }))}
        />
        <Value rule={rule} onChange={onChange} />
      </div>
      <ProblemsAt problems={props.problems} path={path} />
    </div>
  )
}

function Value({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  const { takes } = operators[rule.op]
  if (takes === 'nothing') return null
  if (takes === 'list')
    return (
      <TagsInput
        aria-label="Values"
        placeholder={listOf(rule).length === 0 ? 'India, Nepal, …' : ''}
        value={listOf(rule)}
        splitChars={[',']}
        maxTags={200}
        onChange={value => onChange({ ...rule, value })}
      />
    )
  return (
    <TextInput
      aria-label="Value"
      placeholder="value"
      maxLength={1000}
      value={String(rule.value ?? '')}
      onChange={event => onChange({ ...rule, value: event.currentTarget.value })}
    />
  )
}

/** Another comparison keeps what was compared with, as far as it fits. */
function withOperator(rule: Rule, op: Operator): Rule {
  const { value: _, ...bare } = rule
  const { takes } = operators[op]
  if (takes === 'nothing') return { ...bare, op }
  return { ...bare, op, value: takes === 'list' ? listOf(rule) : listOf(rule).join(', ') }
}

function listOf({ value }: Rule): string[] {
  if (Array.isArray(value)) return value.map(String)
  return value === undefined || value === '' ? [] : [String(value)]
}
