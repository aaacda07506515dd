import { NumberInput, TagsInput, TextInput } from '@mantine/core'
import { operators, type Takes } from '#shared/rules/conditions/operators'
import type { FieldRule } from '#shared/rules/conditions/schema'
import styles from '../fields.module.css'

interface Props {
  readonly rule: FieldRule
  readonly onChange: (rule: FieldRule) => void
}

/** What is compared with, in the shape that the comparison takes. */
export function Value({ rule, onChange }: Props) {
  const { takes } = operators[rule.op]
  const values = listOf(rule)
  switch (takes) {
    case 'nothing':
      return null
    case 'list':
      return (
        <TagsInput
          aria-label="Values"
          placeholder={values.length === 0 ? 'India, Nepal, …' : ''}
          value={values}
          splitChars={[',']}
          maxTags={200}
          onChange={value => onChange({ ...rule, value })}
        />
      )
    case 'range':
      return (
        <div className={styles.between}>
          <Bare
            label="From"
            value={values[0] ?? ''}
            onChange={from => onChange({ ...rule, value: [from, values[1] ?? ''] })}
          />
          <span>and</span>
          <Bare
            label="To"
            value={values[1] ?? ''}
            onChange={to => onChange({ ...rule, value: [values[0] ?? '', to] })}
          />
        </div>
      )
    case 'days':
      return (
        <NumberInput
          aria-label="Days"
          value={typeof rule.value === 'number' ? rule.value : (values[0] ?? '')}
          min={0}
          max={36_525}
          allowDecimal={false}
          allowNegative={false}
          suffix={rule.value === 1 ? ' day' : ' days'}
          onChange={days => onChange({ ...rule, value: days })}
        />
      )
    default:
      return (
        <TextInput
          aria-label="Value"
          placeholder={placeholders[takes]}
          maxLength={1000}
          value={String(rule.value ?? '')}
          onChange={event => onChange({ ...rule, value: event.currentTarget.value })}
          classNames={takes === 'pattern' ? { input: styles.mono ?? '' } : {}}
        />
      )
  }
}

const placeholders: { readonly [T in Exclude<Takes, 'nothing' | 'list' | 'range' | 'days'>]: string } = {
  value: 'value',
  text: 'text',
  pattern: '^[a-z]+@example\\.com$',
  amount: '10',
  date: '2026-05-04',
}

function Bare({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      aria-label={label}
      inputMode="decimal"
      maxLength={40}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

/** The value as a list of texts. */
export function listOf({ value }: FieldRule): string[] {
  if (Array.isArray(value)) return value.map(String)
  return value === undefined || value === '' ? [] : [String(value)]
}
