import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Refusal } from '../ui'
import { useCreateCampaign } from './actions'

const LONGEST = 120

/** Names a new campaign and opens its canvas. */
export function NewCampaign({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New campaign" size="sm">
      <NewCampaignForm onClose={onClose} />
    </Modal>
  )
}

function NewCampaignForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [asked, setAsked] = useState(false)
  const create = useCreateCampaign()
  const isNamed = name.trim() !== ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (isNamed) create.mutate({ name: name.trim() })
  }
  return (
    <form onSubmit={submit} noValidate>
      <TextInput
        label="Name"
        description="You can change it later."
        data-autofocus
        maxLength={LONGEST}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        error={asked && !isNamed ? 'Name the campaign, so that you find it again.' : undefined}
      />
      <Refusal what="The campaign was not created." error={create.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={create.isPending}>
          Create and open the canvas
        </Button>
      </Group>
    </form>
  )
}
