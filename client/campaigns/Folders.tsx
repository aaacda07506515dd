import { Button, NativeSelect } from '@mantine/core'
import { FolderPlus, Settings2 } from 'lucide-react'
import { useState } from 'react'
import type { CampaignSummary } from '#shared/api'
import type { FolderView } from '#shared/api/folders'
import { waysUp } from '#shared/rules/folders'
import { visible } from '#shared/values/visible'
import styles from './campaigns.module.css'
import { FolderDialog } from './FolderDialog'

interface Props {
  readonly folders: readonly FolderView[]
  readonly chosen: string
  readonly onChoose: (id: string) => void
}

/** Which folder is looked into, and how folders are made and changed. */
export function FolderBar({ folders, chosen, onChoose }: Props) {
  const [editing, setEditing] = useState<'new' | 'chosen' | null>(null)
  const folder = folders.find(f => f.id === chosen)
  return (
    <>
      {folders.length > 0 && (
        <NativeSelect
          aria-label="Folder"
          data={[{ value: '', label: 'All folders' }, ...folderChoices(folders)]}
          value={folder?.id ?? ''}
          onChange={event => onChoose(event.currentTarget.value)}
          w={240}
        />
      )}
      {folder !== undefined && (
        <Button variant="default" leftSection={<Settings2 size={16} />} onClick={() => setEditing('chosen')}>
          Folder and tokens
        </Button>
      )}
      <Button variant="subtle" leftSection={<FolderPlus size={16} />} onClick={() => setEditing('new')}>
        New folder
      </Button>
      <FolderDialog
        opened={editing !== null}
        folder={editing === 'chosen' ? folder : undefined}
        inside={folder?.id ?? null}
        folders={folders}
        onClose={() => setEditing(null)}
        onChoose={onChoose}
      />
    </>
  )
}

/** Folders as a list to choose from, each under its way from the top: `2026 / Spring`. */
export function folderChoices(folders: readonly FolderView[]): { value: string; label: string }[] {
  const known = new Map(folders.map(f => [f.id, f]))
  return folders
    .map(({ id }) => ({
      value: id,
      label: [...waysUp(known, id)]
        .reverse()
        .map(f => f.name)
        .join(' / '),
    }))
    .sort((a, b) => a.label.localeCompare(b.label))
}

/** Does the campaign lie in the folder, or in one below it? */
export function liesIn(campaign: CampaignSummary, folder: string, folders: readonly FolderView[]): boolean {
  const known = new Map(folders.map(f => [f.id, f]))
  return folder === '' || waysUp(known, campaign.programId).some(f => f.id === folder)
}

/** The words of a folder's place in a row of the list. */
export function FolderName({ id, folders }: { id: string | null; folders: readonly FolderView[] }) {
  const name = folders.find(f => f.id === id)?.name
  return name === undefined ? null : <span className={styles.folder}>{visible(name)}</span>
}
