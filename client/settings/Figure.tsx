import { NumberInput } from '@mantine/core'
import styles from './settings.module.css'

interface FigureProps {
  readonly label: string
  readonly unit: string
  readonly value: number
  readonly max: number
  readonly disabled?: boolean
  readonly onChange: (value: number) => void
}

/** A whole number with its unit, one at the least. */
export function Figure({ label, unit, value, max, disabled = false, onChange }: FigureProps) {
  return (
    <NumberInput
      className={styles.figure}
      label={label}
      suffix={` ${unit}`}
      min={1}
      max={max}
      allowDecimal={false}
      clampBehavior="blur"
      value={value}
      disabled={disabled}
      onChange={next => {
        if (typeof next === 'number') onChange(next)
      }}
    />
  )
}
