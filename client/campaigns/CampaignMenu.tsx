import { ActionIcon, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import {
  ChartNoAxesColumn,
  CirclePause,
  CirclePlay,
  CircleStop,
  EllipsisVertical,
  FolderInput,
  ListX,
  Trash2,
  Workflow,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import { Confirm } from '../ui'
import { useDeleteCampaign, usePauseOrResume } from './actions'
import { MoveDialog } from './MoveDialog'
import { StopDialog } from './StopDialog'

/** Loaded when it is opened: the list of campaigns is a first screen. */
const RemoveByIds = lazy(() => import('../leaving/RemoveByIds').then(m => ({ default: m.RemoveByIds })))

type Asking = 'stop' | 'delete' | 'move' | 'remove' | null

/** What can be done with a campaign, by its status. Drafts can be deleted; what was launched can only be stopped. */
export function CampaignMenu({ campaign }: { campaign: CampaignSummary }) {
  const { id, name, status, liveVersion } = campaign
  const [asking, setAsking] = useState<Asking>(null)
  const pauseOrResume = usePauseOrResume()
  const isOn = status === 'live' || status === 'paused'
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon size={28} aria-label={`Actions for ${name}`} loading={pauseOrResume.isPending}>
            <EllipsisVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Workflow size={16} />}
            renderRoot={props => <Link {...props} to="/campaigns/$id" params={{ id }} />}
          >
            Open the canvas
          </Menu.Item>
          <Menu.Item
            leftSection={<ChartNoAxesColumn size={16} />}
            renderRoot={props => <Link {...props} to="/campaigns/$id/report" params={{ id }} />}
          >
            Report
          </Menu.Item>
          <Menu.Item leftSection={<FolderInput size={16} />} onClick={() => setAsking('move')}>
            Move to a folder…
          </Menu.Item>
          {status === 'live' && (
            <Menu.Item
              leftSection={<CirclePause size={16} />}
              onClick={() => pauseOrResume.mutate({ id, act: 'pause', liveVersion })}
            >
              Pause
            </Menu.Item>
          )}
          {status === 'paused' && (
            <Menu.Item
              leftSection={<CirclePlay size={16} />}
              onClick={() => pauseOrResume.mutate({ id, act: 'resume', liveVersion })}
            >
              Resume
            </Menu.Item>
          )}
          {campaign.waiting > 0 && (
            <Menu.Item leftSection={<ListX size={16} />} onClick={() => setAsking('remove')}>
              Remove leads by id…
            </Menu.Item>
          )}
          {isOn && (
            <Menu.Item leftSection={<CircleStop size={16} />} onClick={() => setAsking('stop')}>
              Stop…
            </Menu.Item>
          )}
          {status === 'draft' && (
            <Menu.Item color="red" leftSection={<Trash2 size={16} />} onClick={() => setAsking('delete')}>
              Delete…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <StopDialog campaign={campaign} opened={asking === 'stop'} onClose={() => setAsking(null)} />
      {asking === 'remove' && (
        <Suspense fallback={null}>
          <RemoveByIds campaign={campaign} onClose={() => setAsking(null)} />
        </Suspense>
      )}
      <MoveDialog campaign={campaign} opened={asking === 'move'} onClose={() => setAsking(null)} />
      <DeleteDialog campaign={campaign} opened={asking === 'delete'} onClose={() => setAsking(null)} />
    </>
  )
}

interface DialogProps {
  readonly campaign: CampaignSummary
  readonly opened: boolean
  readonly onClose: () => void
}

function DeleteDialog({ campaign: { id, name }, opened, onClose }: DialogProps) {
  const remove = useDeleteCampaign()
  return (
    <Confirm
      opened={opened}
      title="Delete this draft?"
      act="Delete the draft"
      refused="The draft was not deleted."
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ id, name }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <strong>{name}</strong> and its canvas are deleted. No lead ever entered it. This cannot be undone.
    </Confirm>
  )
}
