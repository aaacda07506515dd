import { Autocomplete, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import { mayAsk } from '#shared/rules/conditions'
import type { Branch } from '#shared/rules/listening'
import { ConditionRules } from './condition'
import { EventNameInput } from './event-name'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { Ranked } from './ranked'
import { AddButton, Row } from './rows'

const lead = ['lead']

/**
 * Ways with an event each: its name, what else must hold, and which of its properties belong to the entry event or the
 * lead.
 */
export function EventBranchesField(props: FieldProps<readonly Branch[], FieldOf<'event-branches'>>) {
  const { value, onChange, field, path, problems } = props
  return (
    <Several {...{ field, path, problems }}>
      <Ranked
        ways={value}
        {...{ onChange, path, problems }}
        most={8}
        word="way"
        fresh={(id): Branch => ({
          id,
          label: `Way ${id.toUpperCase()}`,
          event: '',
          where: { match: 'all', rules: [] },
          same: [],
        })}
      >
        {(branch, set, at) => (
          <div className={styles.wayBody}>
            <EventNameInput
              label="Event"
              placeholder="bought"
              value={branch.event}
              onChange={event => set({ event })}
              path={`${at}.event`}
              problems={problems}
            />
            <Part title="Only when">
              <ConditionRules
                value={branch.where}
                onChange={where => set({ where })}
                may={mayAsk.heard}
                nothing="No rules: each such event counts."
                path={`${at}.where`}
                problems={problems}
              />
            </Part>
            <Part title="Only if it belongs to this journey">
              <Same value={branch.same} onChange={same => set({ same })} path={`${at}.same`} problems={problems} />
            </Part>
          </div>
        )}
      </Ranked>
      <p className={styles.nothing}>Who does none of them in time leaves by Everyone else.</p>
    </Several>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.several}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

interface SameProps {
  readonly value: Branch['same']
  readonly onChange: (same: Branch['same']) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

/** `cart_id` of the event is the same as `entry.cart_id`. */
function Same({ value, onChange, path, problems }: SameProps) {
  const attributes = useLookups(lead)
  return (
    <>
      {value.map((pair, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange(without(value, i))} label={`the comparison of ${pair.property || 'nothing'}`}>
            <TextInput
              aria-label="Property of the event"
              data-path={`${path}.${i}`}
              placeholder="cart_id"
              maxLength={200}
              value={pair.property}
              onChange={event => onChange(replaced(value, i, { ...pair, property: event.currentTarget.value }))}
              classNames={{ input: styles.mono ?? '' }}
              w={120}
            />
            <span className={styles.equals}>=</span>
            <Autocomplete
              aria-label="The same as"
              placeholder="entry.cart_id"
              data={[...(pair.property === '' ? [] : [`entry.${pair.property}`]), ...attributes]}
              limit={20}
              maxLength={200}
              value={pair.as}
              onChange={as => onChange(replaced(value, i, { ...pair, as }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      {value.length < 10 && (
        <AddButton onClick={() => onChange([...value, { property: '', as: 'entry.' }])}>
          Compare with the entry event or the lead
        </AddButton>
      )}
    </>
  )
}
