import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { operators, type Takes } from '#shared/rules/conditions/operators'
import type { FieldRule } from '#shared/rules/conditions/schema'
import { readSpan, type SpanUnit, spanUnits, writeSpan } from '#shared/time/span'
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
    case 'span':
      return <SpanInput value={values[0] ?? ''} onChange={value => onChange({ ...rule, value })} />
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

const placeholders: { readonly [T in Exclude<Takes, 'nothing' | 'list' | 'range' | 'span'>]: string } = {
  value: 'value',
  text: 'text',
  pattern: '^[a-z]+@example\\.com$',
  amount: '10',
  date: '2026-05-04',
}

/** `3` `months`. */
function SpanInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const span = readSpan(value) ?? { amount: 0, unit: 'days' }
  return (
    <div className={styles.words}>
      <NumberInput
        aria-label="How long"
        value={span.amount}
        min={0}
        max={99_999}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        onChange={amount => onChange(writeSpan({ ...span, amount: Math.trunc(Number(amount) || 0) }))}
        w={72}
      />
      <Select
        aria-label="How long: unit"
        data={[...spanUnits]}
        value={span.unit}
        allowDeselect={false}
        onChange={unit => onChange(writeSpan({ ...span, unit: (unit ?? span.unit) as SpanUnit }))}
        w={128}
      />
    </div>
  )
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
