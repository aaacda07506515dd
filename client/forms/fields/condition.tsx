import { NativeSelect } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { always, type Condition, type Match, type MayAsk, mayAsk, type Rule } from '#shared/rules/conditions'
import type { Sort } from '#shared/rules/conditions/operators'
import { joints } from '#shared/rules/conditions/say'
import type { FieldRule, HistoryRule, ListRule } from '#shared/rules/conditions/schema'
import { unnamed } from '#shared/rules/named'
import { useSorts } from './condition/comparisons'
import { FieldRow } from './condition/FieldRow'
import { HistoryRow } from './condition/HistoryRow'
import { ListRow } from './condition/ListRow'
import { type FieldOf, type FieldProps, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { AddButton } from './rows'

/** A condition that reads like a sentence: all, any or none of some rules, and of groups of rules. */
export function ConditionField(props: FieldProps<Condition, FieldOf<'condition'>>) {
  const { value, onChange, field, path, problems } = props
  return (
    <Several {...{ field, path, problems }}>
      <ConditionRules {...{ value, onChange, path, problems }} may={field.may} />
    </Several>
  )
}

/** The rules of a condition without a frame of its own, inside a larger field. */
export function ConditionRules(props: {
  value: Condition
  onChange: (condition: Condition) => void
  may: MayAsk
  path: string
  problems: readonly Problem[]
  /** What no rules mean. */
  nothing?: string
}) {
  const { value, onChange, may, path, problems, nothing = 'No rules: everybody matches.' } = props
  const fields = useLookups(may.scopes)
  const sorts = useSorts()
  return <Rules condition={value} onChange={onChange} {...{ path, problems, may, fields, sorts, nothing }} depth={0} />
}

interface RulesProps {
  readonly condition: Condition
  readonly onChange: (condition: Condition) => void
  readonly path: string
  readonly problems: readonly Problem[]
  /** Places to look at, for completion: `lead.country`. */
  readonly fields: readonly string[]
  readonly sorts: ReadonlyMap<string, Sort>
  readonly may: MayAsk
  readonly depth: number
  readonly nothing: string
}

/** Groups in groups in groups are as much as a panel can show. */
const DEEPEST = 3

function Rules(props: RulesProps) {
  const { condition, onChange, depth, nothing, may } = props
  const { match, rules } = condition
  const set = (next: Condition['rules']) => onChange({ match, rules: next })
  const add = (rule: Rule | Condition) => set([...rules, rule])
  const fresh: FieldRule = { field: `${may.scopes[0] ?? 'lead'}.`, op: 'is', value: '' }
  const isPastEvent = may === mayAsk.pastEvent
  const isGroup = !isPastEvent && depth > 0
  return (
    <div className={styles.rules} data-depth={depth}>
      {rules.length === 0 && nothing !== '' && <p className={styles.nothing}>{nothing}</p>}
      {(rules.length > 1 || isGroup || match === 'none') && rules.length > 0 && (
        <MatchChoice match={match} onChange={next => onChange({ match: next, rules })} />
      )}
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule is nothing but its place in the list
        <div key={i} className={styles.rule}>
          {i > 0 && <span className={styles.joint}>{joints[match]}</span>}
          <Member
            {...props}
            rule={rule}
            set={next => set(replaced(rules, i, next))}
            remove={() => set(without(rules, i))}
            at={i}
          />
        </div>
      ))}
      <div className={styles.adds}>
        <AddButton onClick={() => add(fresh)}>{isPastEvent ? 'Add a rule on the event' : 'Add a rule'}</AddButton>
        {may.past && (
          <>
            <AddButton onClick={() => add(once)}>Event</AddButton>
            <AddButton onClick={() => add(onList)}>List</AddButton>
          </>
        )}
        {depth < DEEPEST && rules.length > 0 && (
          <AddButton onClick={() => add({ match: match === 'any' ? 'all' : 'any', rules: [fresh, fresh] })}>
            Group
          </AddButton>
        )}
      </div>
    </div>
  )
}

const once: HistoryRule = { did: '', times: { op: 'at-least', n: 1 }, within: 'P30D', where: always }
const onList: ListRule = { list: unnamed, is: 'on' }

/** One rule, or a group inside. */
function Member(
  props: RulesProps & {
    readonly rule: Rule | Condition
    readonly set: (rule: Rule | Condition) => void
    readonly remove: () => void
    readonly at: number
  },
) {
  const { rule, set, remove, at, fields, sorts, problems } = props
  const path = `${props.path}.rules.${at}`
  const row = { onRemove: remove, path, problems }
  if ('match' in rule)
    return (
      <div className={styles.group}>
        <Rules
          {...props}
          condition={rule}
          onChange={next => (next.rules.length === 0 ? remove() : set(next))}
          path={path}
          depth={props.depth + 1}
        />
      </div>
    )
  if ('list' in rule) return <ListRow rule={rule} onChange={set} {...row} />
  if ('did' in rule)
    return (
      <HistoryRow rule={rule} onChange={set} {...row}>
        <div className={styles.group}>
          <Rules
            {...props}
            condition={rule.where}
            onChange={where => set({ ...rule, where })}
            path={`${path}.where`}
            fields={ofEvents}
            may={mayAsk.pastEvent}
            depth={props.depth + 1}
            nothing=""
          />
        </div>
      </HistoryRow>
    )
  return <FieldRow rule={rule} onChange={set} {...row} fields={fields} sorts={sorts} />
}

const ofEvents: readonly string[] = []

const matchLabels: { readonly [M in Match]: string } = {
  all: 'All of these',
  any: 'Any of these',
  none: 'None of these',
}

/** How the rules of a group are taken together. */
function MatchChoice({ match, onChange }: { match: Match; onChange: (match: Match) => void }) {
  return (
    <NativeSelect
      aria-label="All, any or none of the rules"
      value={match}
      onChange={event => onChange(event.currentTarget.value as Match)}
      data={Object.entries(matchLabels).map(([value, label]) => ({ value, label }))}
      w={144}
      size="xs"
    />
  )
}
