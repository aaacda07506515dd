import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** A whole number between two borders. */
export function NumberField({ value, onChange, field, path, problems }: FieldProps<number, FieldOf<'number'>>) {
  // What is being typed and is no number yet: nothing, or a lone minus. On leaving, the field shows the value that
  // counts.
  const [typed, setTyped] = useState<string | number | null>(null)
  return (
    <NumberInput
      label={field.label}
      description={field.help}
      error={problemAt(problems, path)}
      data-path={path}
      value={typed ?? value}
      min={field.min}
      max={field.max}
      clampBehavior="strict"
      allowDecimal={false}
      onChange={next => {
        setTyped(next)
        if (Number.isInteger(next)) onChange(Number(next))
      }}
      onBlur={() => setTyped(null)}
      styles={{ wrapper: { width: 160 } }}
    />
  )
}
