import { MultiSelect } from '@mantine/core'
import { visible } from '#shared/values/visible'

interface ChoiceListProps {
  readonly label: string
  /** What none means. */
  readonly nothing: string
  readonly options: readonly { readonly id: string; readonly name: string }[]
  readonly value: readonly string[]
  readonly onChange: (ids: string[]) => void
}

/** Some of many, by name. One that is not there any more is shown by its id, so that it can be taken out. */
export function ChoiceList({ label, nothing, options, value, onChange }: ChoiceListProps) {
  const gone = value.filter(id => !options.some(option => option.id === id))
  const data = [
    ...options.map(({ id, name }) => ({ value: id, label: visible(name) })),
    ...gone.map(id => ({ value: id, label: `${id} (not there)` })),
  ]
  return (
    <MultiSelect
      label={label}
      data={data}
      value={[...value]}
      onChange={onChange}
      searchable
      clearable
      nothingFoundMessage="Nothing is called like that."
      {...(value.length === 0 && { placeholder: nothing })}
    />
  )
}
