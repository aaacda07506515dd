import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { FolderView } from '#shared/api/folders'
import { type MyToken, templateFolder, waysUp } from '#shared/rules/folders'
import { library, libraryKeys } from '../api/library'
import { AddButton, Row } from '../forms/fields/rows'
import { Refusal, toast } from '../ui'
import styles from './campaigns.module.css'
import { folderChoices } from './Folders'

interface Props {
  readonly opened: boolean
  /** The folder to change; left out: a new one. */
  readonly folder: FolderView | undefined
  /** Where a new folder lies. */
  readonly inside: string | null
  readonly folders: readonly FolderView[]
  readonly onClose: () => void
  readonly onChoose: (id: string) => void
}

/** Makes a folder, or changes its name, its place and its tokens. */
export function FolderDialog(props: Props) {
  const { opened, folder, onClose } = props
  return (
    <Modal opened={opened} onClose={onClose} title={folder === undefined ? 'New folder' : folder.name} size={640}>
      <FolderForm {...props} />
    </Modal>
  )
}

function FolderForm({ folder, inside, folders, onClose, onChoose }: Props) {
  const [name, setName] = useState(folder?.name ?? '')
  const [parent, setParent] = useState(folder === undefined ? inside : folder.parent)
  const [tokens, setTokens] = useState<readonly MyToken[]>(folder?.tokens ?? [])
  const queries = useQueryClient()
  const done = (title: string, chosen: string) => {
    toast.done(title)
    void queries.invalidateQueries({ queryKey: libraryKeys.folders })
    onChoose(chosen)
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = { name, parent, tokens: tokens.filter(t => t.name !== '' || t.value !== '') }
      return folder === undefined
        ? library.addFolder(body)
        : library.saveFolder(folder.id, { ...body, revision: folder.revision })
    },
    onSuccess: saved => done(`The folder ${saved.name} is saved`, saved.id),
  })
  const remove = useMutation({
    mutationFn: (id: string) => library.deleteFolder(id),
    onSuccess: () => done(`The folder ${folder?.name} is deleted`, ''),
  })
  const known = new Map(folders.map(f => [f.id, f]))
  const allowed = folders.filter(f => folder === undefined || !waysUp(known, f.id).some(up => up.id === folder.id))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate className={styles.folderForm}>
      <TextInput
        label="Name"
        data-autofocus
        maxLength={120}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label="Inside"
        data={[{ value: '', label: 'Top' }, ...folderChoices(folders).filter(c => allowed.some(f => f.id === c.value))]}
        value={parent ?? ''}
        onChange={event => setParent(event.currentTarget.value || null)}
      />
      <Tokens tokens={tokens} onChange={setTokens} inherited={templateFolder(known, parent)?.tokens ?? {}} />
      <Refusal what="The folder was not saved." error={save.error} />
      <Refusal what="The folder was not deleted." error={remove.error} />
      <Group justify="space-between" gap="xs" mt="md">
        {folder === undefined ? (
          <span />
        ) : (
          <Button variant="subtle" color="red" loading={remove.isPending} onClick={() => remove.mutate(folder.id)}>
            Delete the folder
          </Button>
        )}
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
            Save
          </Button>
        </Group>
      </Group>
    </form>
  )
}

const types: { readonly value: NonNullable<MyToken['type']>; readonly label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'date', label: 'Date' },
]

interface TokensProps {
  readonly tokens: readonly MyToken[]
  readonly onChange: (tokens: readonly MyToken[]) => void
  /** What the folders above give. */
  readonly inherited: Readonly<Record<string, string | number>>
}

function Tokens({ tokens, onChange, inherited }: TokensProps) {
  const set = (at: number, change: Partial<MyToken>) =>
    onChange(tokens.map((t, i) => (i === at ? { ...t, ...change } : t)))
  const above = Object.entries(inherited).filter(([name]) => !tokens.some(t => t.name === name))
  return (
    <fieldset className={styles.tokens}>
      <legend>My Tokens</legend>
      <p>
        Campaigns in this folder write <code>{'{{my.Event Date}}'}</code>. Of two with the same name, that of the
        nearest folder counts. A change is in the next send of live campaigns.
      </p>
      {tokens.map((token, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is nothing but its place in the list
        <Row key={i} remove={() => onChange(tokens.filter((_, at) => at !== i))} label={`the token ${token.name}`}>
          <TextInput
            aria-label="Name of the token"
            placeholder="Event Date"
            maxLength={100}
            value={token.name}
            onChange={event => set(i, { name: event.currentTarget.value })}
            w={200}
          />
          <NativeSelect
            aria-label={`Type of ${token.name || 'the token'}`}
            data={types}
            value={token.type ?? 'text'}
            onChange={event => set(i, { type: event.currentTarget.value as NonNullable<MyToken['type']> })}
            w={96}
          />
          <TextInput
            aria-label={`Value of ${token.name || 'the token'}`}
            placeholder="May 4"
            maxLength={10_000}
            value={token.value}
            onChange={event => set(i, { value: event.currentTarget.value })}
            className={styles.grow ?? ''}
          />
        </Row>
      ))}
      {above.map(([name, value]) => (
        <p key={name}>
          <code>{name}</code> is “{value}”, from a folder above.
        </p>
      ))}
      <div>
        <AddButton onClick={() => onChange([...tokens, { name: '', value: '' }])}>Add a token</AddButton>
      </div>
    </fieldset>
  )
}
