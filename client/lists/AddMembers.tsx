import { Button, Group, Modal, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { ListView } from '#shared/api/lists'
import { idsOf } from '../leaving/lead-ids'
import { Refusal, sayCount, toast } from '../ui'
import { useAddMembers } from './actions'

/** As many as one request takes. */
const MOST = 5000

interface Props {
  readonly list: ListView
  readonly opened: boolean
  readonly onClose: () => void
}

/** Puts leads on a list by their ids: typed, or pasted from a spreadsheet. */
export function AddMembers(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Add leads to ${props.list.name}`} size="md">
      <AddForm {...props} />
    </Modal>
  )
}

function AddForm({ list, onClose }: Props) {
  const [text, setText] = useState('')
  const add = useAddMembers(list.id)
  const ids = idsOf(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(ids, {
      onSuccess: ({ changed }) => {
        toast.done(`${sayCount(changed, 'lead')} added`, already(ids.length - changed))
        onClose()
      },
    })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Textarea
        label="Ids of leads"
        description="One a line. The leads must be there; when one of them is not, nobody is added."
        placeholder={'ada\ngrace'}
        data-autofocus
        autosize
        minRows={6}
        maxRows={14}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
        error={
          ids.length > MOST ? `${MOST.toLocaleString('en-US')} at once is the most: import a CSV file.` : undefined
        }
      />
      <Refusal what="Nobody was added." error={add.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={ids.length === 0 || ids.length > MOST} loading={add.isPending}>
          {ids.length === 0 ? 'Add' : `Add ${sayCount(ids.length, 'lead')}`}
        </Button>
      </Group>
    </form>
  )
}

function already(n: number): string | undefined {
  return n === 0 ? undefined : `${sayCount(n, 'lead')} ${n === 1 ? 'was' : 'were'} on the list already.`
}
