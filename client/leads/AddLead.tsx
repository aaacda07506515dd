import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiError, api, keys } from '../api'
import { Refusal, toast } from '../ui'
import { AttributeRows } from './AttributeRows'
import { type AttributeRow, changesOf, faultsOf } from './attribute-rows'
import styles from './leads.module.css'
import { ZoneSelect } from './ZoneSelect'

const firstRows: readonly AttributeRow[] = [
  { key: 0, name: 'email', type: 'text', text: '' },
  { key: 1, name: 'first_name', type: 'text', text: '' },
]

/** Adds one lead by hand. */
export function AddLead({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a lead" size="lg">
      <AddLeadForm onClose={onClose} />
    </Modal>
  )
}

interface NewLead {
  readonly externalId: string
  readonly zone: string | null
  readonly rows: readonly AttributeRow[]
}

function AddLeadForm({ onClose }: { onClose: () => void }) {
  const [externalId, setExternalId] = useState('')
  const [zone, setZone] = useState<string | null>(null)
  const [rows, setRows] = useState(firstRows)
  const [asked, setAsked] = useState(false)
  const add = useAddLead()
  const faults = faultsOf(worthKeeping(rows))
  const id = externalId.trim()

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (id !== '' && faults.size === 0) add.mutate({ externalId: id, zone, rows: worthKeeping(rows) })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Id"
          description="How your other systems call this person: a customer number, an e-mail address. It cannot be changed later."
          data-autofocus
          maxLength={200}
          value={externalId}
          error={asked && id === '' ? 'A lead needs an id.' : undefined}
          onChange={event => {
            setExternalId(event.currentTarget.value)
            add.reset()
          }}
        />
        <ZoneSelect value={zone} onChange={setZone} />
        <AttributeRows rows={rows} onChange={setRows} faults={asked ? faults : new Map()} />
      </Stack>
      {add.error instanceof AlreadyThere ? (
        <p className={styles.already} role="alert">
          There is already a lead with this id.{' '}
          <Link to="/leads/$externalId" params={{ externalId: id }} className="hl-link">
            Open it
          </Link>{' '}
          to change its attributes.
        </p>
      ) : (
        <Refusal what="The lead was not added." error={add.error} />
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={add.isPending}>
          Add the lead
        </Button>
      </Group>
    </form>
  )
}

/** The offered rows that were left empty are no attributes. */
function worthKeeping(rows: readonly AttributeRow[]): readonly AttributeRow[] {
  return rows.filter(row => row.text !== '' || !firstRows.some(first => first.name === row.name))
}

class AlreadyThere extends Error {}

function useAddLead() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async ({ externalId, zone, rows }: NewLead) => {
      // PUT merges into a lead that exists; adding should not change one by surprise.
      if (await isThere(externalId)) throw new AlreadyThere()
      return api.putLead(externalId, {
        attributes: changesOf({}, rows),
        ...(zone === null ? {} : { time_zone: zone }),
      })
    },
    onSuccess: ({ externalId }) => {
      toast.done('The lead is added')
      void queries.invalidateQueries({ queryKey: keys.allLeads })
      void navigate({ to: '/leads/$externalId', params: { externalId } })
    },
  })
}

async function isThere(externalId: string): Promise<boolean> {
  try {
    await api.lead(externalId)
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}
