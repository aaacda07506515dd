import { Autocomplete } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { useEventNames } from '../../api'
import { type FieldOf, type FieldProps, problemAt } from './field'

export function EventNameField({ value, onChange, field, path, problems }: FieldProps<string, FieldOf<'event-name'>>) {
  return (
    <EventNameInput
      label={field.label}
      help={field.help}
      placeholder={field.placeholder}
      {...{ value, onChange, path, problems }}
    />
  )
}

/** The name of an event, completed from those that were seen or are used; any other name may be typed. */
export function EventNameInput(props: {
  label: string
  help?: string | undefined
  placeholder?: string | undefined
  value: string
  onChange: (value: string) => void
  path: string
  problems: readonly Problem[]
}) {
  const names = useEventNames().data ?? []
  return (
    <Autocomplete
      label={props.label}
      description={props.help}
      placeholder={props.placeholder ?? ''}
      error={problemAt(props.problems, props.path)}
      data-path={props.path}
      data={names}
      limit={20}
      maxLength={200}
      value={props.value}
      onChange={props.onChange}
    />
  )
}
