import { Button, Group, Modal, NativeSelect } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import { keys } from '../api'
import { library, useFolders } from '../api/library'
import { Refusal, toast } from '../ui'
import { folderChoices } from './Folders'

interface Props {
  readonly campaign: CampaignSummary
  readonly opened: boolean
  readonly onClose: () => void
}

/** Moves a campaign into a folder. Its templates find that folder's tokens from the next send on. */
export function MoveDialog({ campaign, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Move ${campaign.name}`} size="sm">
      <MoveForm campaign={campaign} onClose={onClose} />
    </Modal>
  )
}

function MoveForm({ campaign: { id, name, programId }, onClose }: Omit<Props, 'opened'>) {
  const folders = useFolders().data ?? []
  const [to, setTo] = useState(programId ?? '')
  const queries = useQueryClient()
  const move = useMutation({
    mutationFn: () => library.moveCampaign(id, to === '' ? null : to),
    onSuccess: () => {
      toast.done(`${name} is moved`)
      void queries.invalidateQueries({ queryKey: keys.campaigns })
      void queries.invalidateQueries({ queryKey: keys.campaign(id) })
      onClose()
    },
  })
  return (
    <>
      <NativeSelect
        label="Folder"
        description="The tokens of the folder count from the next send on."
        data={[{ value: '', label: 'No folder' }, ...folderChoices(folders)]}
        value={to}
        onChange={event => setTo(event.currentTarget.value)}
      />
      <Refusal what="The campaign was not moved." error={move.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={move.isPending} onClick={() => move.mutate()}>
          Move
        </Button>
      </Group>
    </>
  )
}
