import { Select, Switch, TextInput } from '@mantine/core'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { mayAsk } from '#shared/rules/conditions'
import { type Goal, type GoalValue, MOST_GOALS, nameOfGoal, newGoal } from '#shared/rules/goals'
import { ConditionRules } from '../../forms/fields/condition'
import { DurationInput } from '../../forms/fields/duration'
import { EventNameInput } from '../../forms/fields/event-name'
import { ProblemsAt, problemAt, replaced, without } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import { swapped, Tool } from '../../forms/fields/ranked'
import { AddButton } from '../../forms/fields/rows'
import styles from '../editor.module.css'
import type { Part } from './part'

const freshValue: GoalValue = { property: 'amount', currency: { is: 'fixed', code: 'EUR' } }

/** What counts as a success: up to four goals, the primary one first. */
export function Goals({ settings: { goals }, set, problems }: Part) {
  const change = (next: readonly Goal[]) => set({ goals: [...next] })
  return (
    <fieldset className={styles.setting} data-path="settings.goals">
      <legend>Conversion goals</legend>
      <p className={fields.help}>
        What leads should do. Goals count for every version and also after a lead has left, and the control group is
        counted alike. A goal that you add later is computed from the events of the past, with the lead’s attributes of
        today.
      </p>
      {goals.length === 0 && <p className={fields.nothing}>No goal: nothing counts as a conversion.</p>}
      <ol className={fields.ranked}>
        {goals.map((goal, i) => {
          const path = `settings.goals.${i}`
          const name = nameOfGoal(goal) || `goal ${i + 1}`
          return (
            <li key={goal.id} className={fields.way}>
              <div className={fields.wayHead}>
                <span className={fields.rank} aria-hidden>
                  {i + 1}
                </span>
                <TextInput
                  aria-label={`Name of goal ${i + 1}`}
                  placeholder={goal.event || 'Name of the goal'}
                  data-path={path}
                  maxLength={80}
                  value={goal.name}
                  onChange={event => change(replaced(goals, i, { ...goal, name: event.currentTarget.value }))}
                  className={fields.grow ?? ''}
                />
                <Tool
                  icon={<ArrowUp size={14} aria-hidden />}
                  label={i === 1 ? `Make ${name} the primary goal` : `Move ${name} up`}
                  act={i === 0 ? undefined : () => change(swapped(goals, i - 1))}
                />
                <Tool
                  icon={<ArrowDown size={14} aria-hidden />}
                  label={`Move ${name} down`}
                  act={i === goals.length - 1 ? undefined : () => change(swapped(goals, i))}
                />
                <Tool
                  icon={<X size={14} aria-hidden />}
                  label={`Remove ${name}`}
                  act={() => change(without(goals, i))}
                />
              </div>
              <div className={fields.wayBody}>
                {i === 0 && goals.length > 1 && (
                  <p className={fields.help}>The primary goal: experiments are decided by it.</p>
                )}
                <OneGoal
                  goal={goal}
                  set={next => change(replaced(goals, i, { ...goal, ...next }))}
                  path={path}
                  problems={problems}
                />
                <ProblemsAt problems={problems} path={path} />
              </div>
            </li>
          )
        })}
      </ol>
      {goals.length < MOST_GOALS ? (
        <AddButton onClick={() => change([...goals, newGoal(goals)])}>Add a goal</AddButton>
      ) : (
        <p className={fields.nothing}>{MOST_GOALS} is the most.</p>
      )}
      <ProblemsAt problems={problems} path="settings.goals" />
    </fieldset>
  )
}

interface OneProps {
  readonly goal: Goal
  readonly set: (change: Partial<Goal>) => void
  readonly path: string
  readonly problems: Part['problems']
}

function OneGoal({ goal, set, path, problems }: OneProps) {
  return (
    <>
      <EventNameInput
        label="Event"
        placeholder="purchased"
        value={goal.event}
        onChange={event => set({ event })}
        path={`${path}.event`}
        problems={problems}
      />
      <ConditionRules
        value={goal.where}
        onChange={where => set({ where })}
        may={mayAsk.goal}
        path={`${path}.where`}
        problems={problems}
        nothing="No rules: every such event counts."
      />
      <DurationInput
        label="Within"
        help="5 minutes to 30 days."
        value={goal.within}
        onChange={within => set({ within })}
        path={`${path}.within`}
        problems={problems}
      />
      <Select
        label="Counted from"
        description={
          goal.from === 'last-touch'
            ? 'From the last webhook of this entry that succeeded. Nothing counts before the first one.'
            : 'Conversions during delays count.'
        }
        data={[
          { value: 'entry', label: 'the entry of the lead' },
          { value: 'last-touch', label: 'the last webhook that was received' },
        ]}
        value={goal.from}
        allowDeselect={false}
        onChange={from => set({ from: from === 'last-touch' ? from : 'entry' })}
      />
      <Select
        label="Each entry counts"
        data={[
          { value: 'once', label: 'once: the first such event' },
          { value: 'every', label: 'every such event' },
        ]}
        value={goal.counts}
        allowDeselect={false}
        onChange={counts => set({ counts: counts === 'every' ? counts : 'once' })}
      />
      <Worth value={goal.value} set={value => set({ value })} path={`${path}.value`} problems={problems} />
    </>
  )
}

interface WorthProps {
  readonly value: GoalValue | null
  readonly set: (value: GoalValue | null) => void
  readonly path: string
  readonly problems: Part['problems']
}

function Worth({ value, set, path, problems }: WorthProps) {
  return (
    <>
      <Switch
        label="It is worth money"
        description="The amount is added up, for each currency by itself."
        checked={value !== null}
        onChange={event => set(event.currentTarget.checked ? freshValue : null)}
      />
      {value !== null && (
        <>
          <TextInput
            label="Amount"
            description="The property of the event that holds it: a number, or a text that is one (19.99)."
            data-path={`${path}.property`}
            maxLength={200}
            value={value.property}
            error={problemAt(problems, `${path}.property`)}
            onChange={event => set({ ...value, property: event.currentTarget.value })}
            classNames={{ input: fields.mono ?? '' }}
          />
          <div className={fields.pair}>
            <Select
              label="Currency"
              data={[
                { value: 'fixed', label: 'always' },
                { value: 'property', label: 'from the property' },
              ]}
              value={value.currency.is}
              allowDeselect={false}
              onChange={is =>
                set({
                  ...value,
                  currency: is === 'property' ? { is, property: 'currency' } : { is: 'fixed', code: 'EUR' },
                })
              }
              w={168}
            />
            <Currency value={value} set={set} path={path} problems={problems} />
          </div>
          <ProblemsAt problems={problems} path={`${path}.currency`} />
        </>
      )}
    </>
  )
}

function Currency({ value, set, path, problems }: WorthProps & { readonly value: GoalValue }) {
  const { currency } = value
  const isFaulty = problems.some(p => p.path === `${path}.currency`)
  const shared = {
    label: '\u00a0',
    'data-path': `${path}.currency`,
    error: isFaulty,
    classNames: { input: fields.mono ?? '' },
  }
  return currency.is === 'fixed' ? (
    <TextInput
      {...shared}
      aria-label="Code of the currency"
      placeholder="EUR"
      maxLength={3}
      value={currency.code}
      onChange={event => set({ ...value, currency: { is: 'fixed', code: event.currentTarget.value.toUpperCase() } })}
      w={88}
    />
  ) : (
    <TextInput
      {...shared}
      aria-label="Property that holds the currency"
      placeholder="currency"
      maxLength={200}
      value={currency.property}
      onChange={event => set({ ...value, currency: { is: 'property', property: event.currentTarget.value } })}
      className={fields.grow ?? ''}
    />
  )
}
