import { TextInput } from '@mantine/core'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { AddButton, Row } from './rows'
import { worth } from './worth'

interface Property {
  readonly key: string
  readonly value: string | number | boolean
}

/** Names with values, line by line. */
export function PropertiesField({
  value,
  onChange,
  field,
  path,
  problems,
}: FieldProps<readonly Property[], FieldOf<'properties'>>) {
  return (
    <Several {...{ field, path, problems }}>
      {value.map((property, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a property is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange(without(value, i))} label={`the property ${property.key}`}>
            <TextInput
              aria-label="Property"
              data-path={`${path}.${i}`}
              placeholder="plan"
              maxLength={200}
              value={property.key}
              onChange={event => onChange(replaced(value, i, { ...property, key: event.currentTarget.value }))}
              classNames={{ input: styles.mono ?? '' }}
              w={128}
            />
            <TextInput
              aria-label={`Value of ${property.key || 'the property'}`}
              placeholder="{{ lead.plan }}"
              maxLength={4096}
              value={String(property.value)}
              onChange={event => onChange(replaced(value, i, { ...property, value: worth(event.currentTarget.value) }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      {value.length < 50 && (
        <AddButton onClick={() => onChange([...value, { key: '', value: '' }])}>Add a property</AddButton>
      )}
    </Several>
  )
}
