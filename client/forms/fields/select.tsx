import { Radio, Select } from '@mantine/core'
import { type FieldOf, type FieldProps, problemAt } from './field'
import styles from './fields.module.css'

/** One of a few: all in view when there are up to four, a list when there are more or it has to be narrow. */
export function SelectField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'select'>>) {
  const common = { label: field.label, description: field.help, error: problemAt(problems, path), value }
  if (field.options.length > 4 || field.isNarrow)
    return (
      <Select
        {...common}
        data-path={path}
        data={field.options.map(({ value, label }) => ({ value, label }))}
        allowDeselect={false}
        onChange={next => next !== null && onChange(next)}
        {...(field.isNarrow ? { w: 144 } : {})}
      />
    )
  return (
    <Radio.Group {...common} onChange={onChange}>
      <div className={styles.options} data-path={path}>
        {field.options.map(option => (
          <Radio key={option.value} value={option.value} label={option.label} description={option.help} />
        ))}
      </div>
    </Radio.Group>
  )
}
