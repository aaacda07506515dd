import { ActionIcon, Autocomplete, Menu, Radio, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Download, EllipsisVertical, Merge, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { keys, leadData, leadExportAddress, useLeads } from '../api'
import { Confirm, toast } from '../ui'

/** What can be done with a lead as a whole: download everything, make it part of another, delete it. */
export function LeadMenu({ externalId }: { externalId: string }) {
  const [asking, setAsking] = useState<'merge' | 'delete' | null>(null)
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon size={32} variant="default" aria-label="Actions for this lead">
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Download size={16} />} component="a" href={leadExportAddress(externalId)} download>
            Download everything (JSON)
          </Menu.Item>
          <Menu.Item leftSection={<Merge size={16} />} onClick={() => setAsking('merge')}>
            Merge into another…
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Trash2 size={16} />} onClick={() => setAsking('delete')}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'merge' && <MergeDialog externalId={externalId} onClose={() => setAsking(null)} />}
      {asking === 'delete' && <DeleteDialog externalId={externalId} onClose={() => setAsking(null)} />}
    </>
  )
}

interface DialogProps {
  readonly externalId: string
  readonly onClose: () => void
}

function MergeDialog({ externalId, onClose }: DialogProps) {
  const [into, setInto] = useState('')
  const [values, setValues] = useState<'kept' | 'merged'>('kept')
  const [asked, setAsked] = useState(false)
  const [looked] = useDebouncedValue(into.trim(), 250)
  const found = useLeads(looked).data?.pages[0]?.leads ?? []
  const queries = useQueryClient()
  const navigate = useNavigate()
  const merge = useMutation({
    mutationFn: () => leadData.merge(externalId, { into: into.trim(), values }),
    onSuccess: kept => {
      toast.done('The leads are merged')
      void queries.invalidateQueries({ queryKey: keys.allLeads })
      void navigate({ to: '/leads/$externalId', params: { externalId: kept.externalId }, replace: true })
    },
  })
  const fault =
    into.trim() === '' ? 'Name the lead that stays.' : into.trim() === externalId ? 'This is the same lead.' : undefined
  return (
    <Confirm
      opened
      title="Merge into another lead?"
      act="Merge the leads"
      refused="The leads were not merged."
      busy={merge.isPending}
      error={merge.error}
      onConfirm={() => {
        setAsked(true)
        if (fault === undefined) merge.mutate()
      }}
      onClose={onClose}
    >
      <Stack gap="md">
        <p>
          Events, sends and journeys of <strong>{externalId}</strong> move to the lead that stays; this one is gone.
          Where both are in one campaign, the journey of the lead that stays goes on. This cannot be undone.
        </p>
        <Autocomplete
          label="The lead that stays"
          placeholder="Id, e-mail or name"
          maxLength={200}
          limit={20}
          data={found.map(lead => lead.externalId).filter(id => id !== externalId)}
          filter={({ options }) => options}
          value={into}
          error={asked ? fault : undefined}
          onChange={setInto}
        />
        <Radio.Group
          label="Where both have a value"
          value={values}
          onChange={next => setValues(next === 'merged' ? 'merged' : 'kept')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="kept" label="Keep that of the lead that stays" />
            <Radio value="merged" label="Take that of this lead" />
          </Stack>
        </Radio.Group>
      </Stack>
    </Confirm>
  )
}

function DeleteDialog({ externalId, onClose }: DialogProps) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => leadData.remove(externalId),
    onSuccess: () => {
      toast.done('The lead is deleted')
      void queries.invalidateQueries({ queryKey: keys.allLeads })
      void navigate({ to: '/leads', replace: true })
    },
  })
  return (
    <Confirm
      opened
      title="Delete this lead?"
      act="Delete the lead"
      refused="The lead was not deleted."
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <strong>{externalId}</strong> is deleted with every event, journey, request and answer; running journeys end now.
      Only the counts of campaigns stay. This cannot be undone. An event that names this id later makes a new lead.
    </Confirm>
  )
}
