import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ListInput, ListView } from '#shared/api/lists'
import { Refusal } from '../ui'

interface Props {
  readonly title: string
  readonly act: string
  readonly refused: string
  readonly opened: boolean
  readonly onClose: () => void
  /** What the form starts with; empty for a new list. */
  readonly list?: Pick<ListView, 'name' | 'description'>
  readonly save: UseMutationResult<ListView, Error, ListInput>
  readonly onSaved: (list: ListView) => void
}

/** Names and describes a list, a new one or one that is there. */
export function ListDialog(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="sm">
      <ListForm {...props} />
    </Modal>
  )
}

function ListForm({ list, act, refused, save, onSaved, onClose }: Props) {
  const [name, setName] = useState(list?.name ?? '')
  const [description, setDescription] = useState(list?.description ?? '')
  const [asked, setAsked] = useState(false)
  const isNamed = name.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (isNamed) save.mutate({ name: name.trim(), description: description.trim() }, { onSuccess: onSaved })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          data-autofocus
          maxLength={120}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={asked && !isNamed ? 'Name the list, so that you find it again.' : undefined}
        />
        <Textarea
          label="Description"
          description="Who belongs on it, and why. Optional."
          autosize
          minRows={2}
          maxRows={6}
          maxLength={1000}
          value={description}
          onChange={event => setDescription(event.currentTarget.value)}
        />
      </Stack>
      <Refusal what={refused} error={save.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          {act}
        </Button>
      </Group>
    </form>
  )
}
