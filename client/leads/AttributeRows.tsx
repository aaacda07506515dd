import { ActionIcon, Button, Select, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type AttributeFault, type AttributeRow, type AttributeType, emptyRow } from './attribute-rows'
import styles from './leads.module.css'

const types: { value: AttributeType; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'yes-no', label: 'True/false' },
  { value: 'json', label: 'JSON' },
]

interface Props {
  readonly rows: readonly AttributeRow[]
  readonly onChange: (rows: readonly AttributeRow[]) => void
  /** Empty until the user asked to save. */
  readonly faults: ReadonlyMap<number, AttributeFault>
}

/** Attributes as rows of name, type and value. */
export function AttributeRows({ rows, onChange, faults }: Props) {
  const change = (key: number, part: Partial<AttributeRow>) =>
    onChange(rows.map(row => (row.key === key ? { ...row, ...part } : row)))
  return (
    <fieldset className={styles.rows}>
      <legend className={styles.rowsLegend}>Attributes</legend>
      {rows.map(row => (
        <RowFields
          key={row.key}
          row={row}
          fault={faults.get(row.key) ?? {}}
          onChange={part => change(row.key, part)}
          onRemove={() => onChange(rows.filter(other => other.key !== row.key))}
        />
      ))}
      <Button
        variant="subtle"
        leftSection={<Plus size={14} />}
        className={styles.addRow}
        onClick={() => onChange([...rows, emptyRow(rows)])}
      >
        Add an attribute
      </Button>
    </fieldset>
  )
}

interface RowProps {
  readonly row: AttributeRow
  readonly fault: AttributeFault
  readonly onChange: (part: Partial<AttributeRow>) => void
  readonly onRemove: () => void
}

function RowFields({ row, fault, onChange, onRemove }: RowProps) {
  const what = row.name.trim() === '' ? 'new attribute' : row.name
  return (
    <div className={styles.row}>
      <TextInput
        aria-label={`Name of ${what}`}
        placeholder="name"
        value={row.name}
        error={fault.name}
        onChange={event => onChange({ name: event.currentTarget.value })}
      />
      <Select
        aria-label={`Type of ${what}`}
        data={types}
        value={row.type}
        allowDeselect={false}
        checkIconPosition="right"
        onChange={type => onChange({ type: types.find(known => known.value === type)?.value ?? 'text' })}
      />
      <TextInput
        className={styles.value ?? ''}
        aria-label={`Value of ${what}`}
        placeholder="value"
        value={row.text}
        error={fault.value}
        onChange={event => onChange({ text: event.currentTarget.value })}
      />
      <ActionIcon aria-label={`Remove ${what}`} onClick={onRemove}>
        <X size={16} />
      </ActionIcon>
    </div>
  )
}
