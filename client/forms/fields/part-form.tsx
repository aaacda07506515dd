import type { ComponentType } from 'react'
import type { Problem } from '#shared/problems'
import type { PartField } from '#shared/steps/fields'
import type { FieldProps } from './field'
import styles from './fields.module.css'
import { plainFields } from './plain'

type Config = Readonly<Record<string, unknown>>

interface Props {
  readonly fields: { readonly [key: string]: PartField }
  readonly config: Config
  /** Replaces the whole part. */
  readonly onChange: (config: Config) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

/**
 * The form of a part of a config that is of a kind of its own, a way in or an exit: drawn from the fields that its kind
 * declares.
 */
export function PartForm({ fields, ...part }: Props) {
  return linesOf(Object.entries(fields)).map(line =>
    line.length === 1 ? (
      line.map(([key, field]) => <PartInput key={key} name={key} field={field} {...part} />)
    ) : (
      <div key={line[0]?.[0]} className={styles.pair}>
        {line.map(([key, field]) =>
          isNarrow(field) ? (
            <PartInput key={key} name={key} field={field} {...part} />
          ) : (
            <div key={key} className={styles.grow}>
              <PartInput name={key} field={field} {...part} />
            </div>
          ),
        )}
      </div>
    ),
  )
}

function PartInput({
  name,
  field,
  config,
  onChange,
  path,
  problems,
}: Omit<Props, 'fields'> & { name: string; field: PartField }) {
  // The schema of the part's kind has parsed the value, so it is of the type that the field's component takes.
  const Input = plainFields[field.as] as ComponentType<FieldProps>
  return (
    <Input
      value={config[name]}
      onChange={value => onChange({ ...config, [name]: value })}
      field={field}
      path={`${path}.${name}`}
      problems={problems}
      config={config}
    />
  )
}

type Entry = readonly [key: string, field: PartField]

/** A narrow field stands in one line with the field behind it. */
function linesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const lines: Entry[][] = []
  for (const entry of entries) {
    const last = lines.at(-1)
    const isOpen = last?.length === 1 && last.every(([, field]) => isNarrow(field))
    if (isOpen) last.push(entry)
    else lines.push([entry])
  }
  return lines
}

function isNarrow(field: PartField): boolean {
  return field.as === 'select' && field.isNarrow === true
}
