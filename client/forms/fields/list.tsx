import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Named } from '#shared/rules/named'
import { useLists } from '../../api'
import { Chosen } from './chosen'
import type { FieldOf, FieldProps } from './field'

/** One of the lists of leads. */
export function ListField({ value, onChange, field, path, problems }: FieldProps<Named, FieldOf<'list'>>) {
  const lists = useLists()
  const isEmpty = lists.data?.length === 0
  return (
    <Chosen
      label={field.label}
      help={
        isEmpty ? (
          <>
            There are no lists yet.{' '}
            <Anchor component={Link} to="/lists" size="xs">
              Make one on the Lists screen.
            </Anchor>
          </>
        ) : (
          field.help
        )
      }
      choices={lists.data ?? []}
      placeholder="Choose a list"
      none="No list like this."
      {...{ value, onChange, path, problems }}
    />
  )
}
