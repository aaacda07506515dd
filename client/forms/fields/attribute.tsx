import { Autocomplete } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'

const scopes = ['lead']

/**
 * The name of a lead attribute, completed from leads that exist; any other may be typed. No name begins or ends with a
 * space.
 */
export function AttributeField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'attribute'>>) {
  const names = useLookups(scopes)
    .map(name => name.replace('lead.', ''))
    .filter(name => name !== 'external_id' && name !== 'time_zone')
  return (
    <Autocomplete
      label={field.label}
      description={field.help}
      placeholder={field.placeholder ?? ''}
      error={problemAt(problems, path)}
      data-path={path}
      data={names}
      limit={30}
      maxLength={field.max ?? 100}
      value={value}
      onChange={onChange}
      onBlur={() => value.trim() !== value && onChange(value.trim())}
      classNames={{ input: styles.mono ?? '' }}
    />
  )
}
