import { Select } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { always, mayAsk } from '#shared/rules/conditions'
import { freshWayIn, MOST_WAYS, type WayIn, wayInKind, waysIn } from '#shared/rules/ways-in/index'
import { ConditionField } from './condition'
import { type FieldOf, type FieldProps, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { PartForm } from './part-form'
import { AddButton, Row } from './rows'

/** The ways into a trigger campaign: any of them lets a lead in. */
export function WaysInField(props: FieldProps<readonly WayIn[], FieldOf<'ways-in'>>) {
  const { value, onChange, field, path, problems, config } = props
  return (
    <Several {...{ field, path, problems }}>
      {value.map((way, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a way in is nothing but its place in the list
        <div key={i} className={styles.wayIn}>
          {i > 0 && <span className={styles.joint}>or</span>}
          <OneWay
            way={way}
            onChange={next => onChange(replaced(value, i, next))}
            onRemove={value.length > 1 ? () => onChange(without(value, i)) : undefined}
            path={`${path}.${i}`}
            {...{ problems, config }}
          />
        </div>
      ))}
      {value.length < MOST_WAYS && (
        <div className={styles.adds}>
          <AddButton onClick={() => onChange([...value, freshWayIn('event', always)])}>Add another way in</AddButton>
        </div>
      )}
    </Several>
  )
}

interface OneProps {
  readonly way: WayIn
  readonly onChange: (way: WayIn) => void
  readonly onRemove: (() => void) | undefined
  readonly path: string
  readonly problems: readonly Problem[]
  readonly config: Readonly<Record<string, unknown>>
}

function OneWay({ way, onChange, onRemove, path, problems, config }: OneProps) {
  const { help, fields } = wayInKind(way)
  const sort = (
    <Select
      aria-label="What lets a lead in"
      data={waysIn.map(({ on, title }) => ({ value: on, label: title }))}
      value={way.on}
      allowDeselect={false}
      maxDropdownHeight={320}
      onChange={next => next !== null && onChange(freshWayIn(next, way.where))}
      className={styles.grow ?? ''}
    />
  )
  return (
    <>
      {onRemove === undefined ? (
        sort
      ) : (
        <Row remove={onRemove} label="this way in">
          {sort}
        </Row>
      )}
      {help !== '' && <p className={styles.help}>{help}</p>}
      <PartForm fields={fields} config={way} onChange={next => onChange(next as WayIn)} {...{ path, problems }} />
      <ConditionField
        value={way.where}
        onChange={where => onChange({ ...way, where })}
        field={{ as: 'condition', label: 'Only when', may: mayAsk.wayIn }}
        path={`${path}.where`}
        {...{ problems, config }}
      />
    </>
  )
}
