import { Autocomplete, NativeSelect, TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { AddButton, Row } from './rows'
import { worth } from './worth'

interface Change {
  readonly field: string
  readonly do: 'set' | 'add' | 'clear' | 'append' | 'remove'
  readonly value: string | number | boolean
}
const scopes = ['lead']
const verbs = [
  { value: 'set', label: 'Set' },
  { value: 'add', label: 'Add to' },
  { value: 'clear', label: 'Clear' },
  { value: 'append', label: 'Append to' },
  { value: 'remove', label: 'Remove from' },
]

/** The word between the attribute and the value. */
const connecting = { set: 'to', add: 'number', clear: '', append: 'value', remove: 'value' } as const

/** What is written on the lead: set, add to, or clear an attribute. */
export function ChangesField({
  value,
  onChange,
  field,
  path,
  problems,
}: FieldProps<readonly Change[], FieldOf<'changes'>>) {
  const names = useLookups(scopes)
    .map(name => name.replace('lead.', ''))
    .filter(name => name !== 'external_id' && name !== 'time_zone')
  return (
    <Several {...{ field, path, problems }}>
      {value.map((change, i) => {
        const at = `${path}.${i}`
        const set = (next: Partial<Change>) => onChange(replaced(value, i, { ...change, ...next }))
        const isFaulty = (key: string) => problems.some(p => p.path === `${at}.${key}`)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a change is nothing but its place in the list
          <div key={i} className={styles.oneRule}>
            <Row remove={() => onChange(without(value, i))} label={`the change of ${change.field || 'no attribute'}`}>
              <NativeSelect
                aria-label="What to do"
                data={verbs}
                value={change.do}
                onChange={event => set({ do: event.currentTarget.value as Change['do'] })}
                w={132}
              />
              <Autocomplete
                aria-label="Attribute"
                data-path={`${at}.field`}
                placeholder="attribute"
                data={names}
                limit={30}
                maxLength={100}
                value={change.field}
                error={isFaulty('field')}
                onChange={next => set({ field: next })}
                classNames={{ input: styles.mono ?? '' }}
                className={styles.grow ?? ''}
              />
            </Row>
            {change.do !== 'clear' && (
              <div className={styles.value}>
                <span className={styles.to}>{connecting[change.do]}</span>
                <TextInput
                  aria-label="Value"
                  data-path={`${at}.value`}
                  placeholder={change.do === 'add' ? '1' : 'a value, or {{ lead.email }}'}
                  maxLength={4096}
                  value={String(change.value)}
                  error={isFaulty('value')}
                  onChange={event => set({ value: worth(event.currentTarget.value) })}
                  classNames={{ input: styles.mono ?? '' }}
                />
              </div>
            )}
            <ProblemsAt problems={problems} path={`${at}.field`} />
            <ProblemsAt problems={problems} path={`${at}.value`} />
          </div>
        )
      })}
      <AddButton onClick={() => onChange([...value, { field: '', do: 'set', value: '' }])}>Add a change</AddButton>
    </Several>
  )
}
