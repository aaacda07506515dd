import { Select } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import type { Named } from '#shared/rules/named'
import { problemAt } from './field'

interface Props {
  readonly label: string
  readonly help?: ReactNode
  readonly value: Named
  readonly onChange: (value: Named) => void
  readonly choices: readonly { readonly id: string; readonly name: string; readonly note?: string }[]
  readonly placeholder: string
  /** Said in the list when nothing is found, or there is nothing to choose from. */
  readonly none: string
  readonly path: string
  readonly problems: readonly Problem[]
}

/**
 * One thing of a list by its name. What is chosen stays shown when it is not there any more, so that nothing is lost by
 * looking.
 */
export function Chosen({ label, help, value, onChange, choices, placeholder, none, path, problems }: Props) {
  const data = choices.map(({ id, name, note }) => ({
    value: id,
    label: note === undefined ? name : `${name} (${note})`,
  }))
  const isGone = value.id !== '' && choices.every(c => c.id !== value.id)
  return (
    <Select
      label={label}
      description={help}
      placeholder={placeholder}
      error={problemAt(problems, path)}
      data-path={path}
      data={isGone ? [...data, { value: value.id, label: value.name || value.id }] : data}
      value={value.id === '' ? null : value.id}
      onChange={id => onChange({ id: id ?? '', name: choices.find(c => c.id === id)?.name ?? '' })}
      searchable
      allowDeselect={false}
      nothingFoundMessage={none}
    />
  )
}
