import { Button, FileButton, Group, Modal, NativeSelect, Progress, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleStop, FileText } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { MOST_NAMED, type RemovalPreview, type RemovalView } from '#shared/api/leaving'
import { keys } from '../api'
import { leaving, removalsKey, useRemovals } from '../api/leaving'
import { Counts, Loading, Refusal, sayCount, sayNumber, sayPercent, toast } from '../ui'
import { CopyButton } from '../ui/CopyButton'
import { type IdFile, idsOf, readIdFile } from './lead-ids'
import styles from './leaving.module.css'

interface Props {
  readonly campaign: { readonly id: string; readonly name: string }
  readonly onClose: () => void
}

/** A list of ids that was looked at: who of them would leave. */
interface Checked {
  readonly ids: readonly string[]
  readonly preview: RemovalPreview
}

/**
 * Takes many leads out of a campaign by their ids: pasted or from a file, looked at first, then with progress and what
 * came of it.
 */
export function RemoveByIds({ campaign, onClose }: Props) {
  const [text, setText] = useState('')
  const [checked, setChecked] = useState<Checked>()
  const [removal, setRemoval] = useState<number>()
  return (
    <Modal opened onClose={onClose} title={`Remove leads from ${campaign.name}`} size="lg" closeOnClickOutside={false}>
      {checked === undefined ? (
        <NameThem campaign={campaign.id} text={text} onText={setText} onChecked={setChecked} onClose={onClose} />
      ) : removal === undefined ? (
        <LookAtThem
          campaign={campaign}
          checked={checked}
          onBegun={setRemoval}
          onBack={() => setChecked(undefined)}
          onClose={onClose}
        />
      ) : (
        <FollowIt campaign={campaign.id} id={removal} checked={checked} onClose={onClose} />
      )}
    </Modal>
  )
}

interface NameProps {
  readonly campaign: string
  readonly text: string
  readonly onText: (text: string) => void
  readonly onChecked: (checked: Checked) => void
  readonly onClose: () => void
}

function NameThem({ campaign, text, onText, onChecked, onClose }: NameProps) {
  const ids = idsOf(text)
  const check = useMutation({
    mutationFn: () => leaving.preview(campaign, ids),
    onSuccess: preview => onChecked({ ids, preview }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    check.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Textarea
        label="Ids of leads"
        description="One a line. Nobody is removed before you have seen who they are."
        placeholder={'ada\ngrace'}
        data-autofocus
        rows={10}
        value={text}
        onChange={event => onText(event.currentTarget.value)}
        error={
          ids.length > MOST_NAMED
            ? `These are ${sayNumber(ids.length)} ids, and ${sayNumber(MOST_NAMED)} at once is the most: remove them in parts.`
            : undefined
        }
      />
      <FromFile onIds={found => onText(found.join('\n'))} />
      <Refusal what="The ids were not looked up." error={check.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={ids.length === 0 || ids.length > MOST_NAMED} loading={check.isPending}>
          {ids.length === 0 ? 'Look them up' : `Look up ${sayCount(ids.length, 'id')}`}
        </Button>
      </Group>
    </form>
  )
}

/** Fills the list from a CSV file; where it has several columns, one is chosen. */
function FromFile({ onIds }: { onIds: (ids: readonly string[]) => void }) {
  const [file, setFile] = useState<{ readonly name: string; readonly read: IdFile; readonly column: number }>()
  const choose = async (chosen: File | null) => {
    if (chosen === null) return
    try {
      const read = await readIdFile(await chosen.text())
      if (read.idsIn(read.guess).length === 0)
        return toast.failed(`${chosen.name} holds no ids`, 'Choose a CSV file with the ids of leads in one column.')
      setFile({ name: chosen.name, read, column: read.guess })
      onIds(read.idsIn(read.guess))
    } catch {
      toast.failed('The file could not be read', 'It may have been moved or changed. Choose it again.')
    }
  }
  const isChoice = file !== undefined && file.read.columns.length > 1
  return (
    <Group gap="sm" mt="sm" align="flex-end">
      <FileButton onChange={choose} accept=".csv,text/csv,text/plain" inputProps={{ 'aria-label': 'CSV file of ids' }}>
        {props => (
          <Button {...props} variant="default" leftSection={<FileText size={16} aria-hidden />}>
            Take them from a CSV file
          </Button>
        )}
      </FileButton>
      {isChoice && (
        <NativeSelect
          label={`Column of ${file.name}`}
          data={file.read.columns.map((name, i) => ({ value: `${i}`, label: name || `Column ${i + 1}` }))}
          value={`${file.column}`}
          onChange={event => {
            const column = Number(event.currentTarget.value)
            setFile({ ...file, column })
            onIds(file.read.idsIn(column))
          }}
        />
      )}
      {file !== undefined && !isChoice && <span className={styles.hint}>From {file.name}</span>}
    </Group>
  )
}

interface LookProps extends Props {
  readonly checked: Checked
  readonly onBegun: (removal: number) => void
  readonly onBack: () => void
}

function LookAtThem({ campaign, checked: { ids, preview }, onBegun, onBack, onClose }: LookProps) {
  const { known, inside, journeys, unknown } = preview
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => {
      const gone = new Set(unknown)
      return leaving.many(campaign.id, { leads: ids.filter(id => !gone.has(id)), reason: reason.trim() })
    },
    onSuccess: ({ id }) => {
      onBegun(id)
      void queries.invalidateQueries({ queryKey: removalsKey(campaign.id) })
    },
  })
  return (
    <>
      <Counts counts={{ Ids: ids.length, 'Leads found': known, 'Inside now': inside, 'Not found': unknown.length }} />
      <Unknown ids={unknown} />
      {inside === 0 ? (
        <p role="status">None of them is inside {campaign.name}, so there is nobody to remove.</p>
      ) : (
        <>
          <p role="status">
            {sayCount(journeys, 'journey')} of {sayCount(inside, 'lead')} {journeys === 1 ? 'ends' : 'end'} now, and
            nothing more is sent to them. What was sent stays sent. Leads may enter again if the campaign lets them.
            This cannot be undone.
          </p>
          <TextInput
            mt="md"
            label="Reason"
            description="Shown in the inspector. Optional."
            placeholder="Asked to leave"
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.currentTarget.value)}
          />
        </>
      )}
      <Refusal what="Nobody was removed." error={remove.error} />
      <Group justify="space-between" mt="lg">
        <Button variant="subtle" className={styles.back ?? ''} onClick={onBack} data-autofocus>
          Back to the ids
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {inside === 0 ? 'Close' : 'Cancel'}
          </Button>
          {inside > 0 && (
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove {sayCount(inside, 'lead')}
            </Button>
          )}
        </Group>
      </Group>
    </>
  )
}

interface FollowProps {
  readonly campaign: string
  readonly id: number
  readonly checked: Checked
  readonly onClose: () => void
}

function FollowIt({ campaign, id, checked, onClose }: FollowProps) {
  const queries = useQueryClient()
  const removal = useRemovals(campaign).data?.find(r => r.id === id)
  const done = () => {
    void queries.invalidateQueries({ queryKey: keys.report(campaign) })
    onClose()
  }
  if (removal === undefined) return <Loading what="the removal" rows={2} />
  if (removal.status === 'running') return <Running removal={removal} />
  return <Result removal={removal} checked={checked} onClose={done} />
}

function Running({ removal: { id, campaignId, total, removed } }: { removal: RemovalView }) {
  const queries = useQueryClient()
  const stop = useMutation({
    mutationFn: () => leaving.stop(id),
    onSettled: () => queries.invalidateQueries({ queryKey: removalsKey(campaignId) }),
    onError: error => toast.refused('It was not stopped', error),
  })
  const share = total === 0 ? 1 : Math.min(1, removed / total)
  return (
    <>
      <Progress value={share * 100} size="md" aria-label="Removing leads" />
      <p role="status" className={styles.words}>
        {sayPercent(share)} · {sayNumber(removed)} of {sayCount(total, 'journey')} ended
      </p>
      <Group justify="space-between" mt="lg">
        <span className={styles.hint}>You can close this window; the removal goes on.</span>
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </Button>
      </Group>
    </>
  )
}

function Result({
  removal,
  checked: { ids, preview },
  onClose,
}: {
  removal: RemovalView
  checked: Checked
  onClose: () => void
}) {
  const isDone = removal.status === 'done'
  return (
    <>
      <h3 className={styles.title}>
        {isDone ? (
          <CircleCheck size={18} color="var(--hl-succeeded)" aria-hidden />
        ) : (
          <CircleStop size={18} color="var(--hl-skipped)" aria-hidden />
        )}
        <span role="status">
          {isDone ? 'They are removed' : 'The removal was stopped; who was removed before stays so'}
        </span>
      </h3>
      <Counts
        counts={{
          Ids: ids.length,
          'Journeys ended': removal.removed,
          'Not inside': preview.known - preview.inside,
          'Not found': preview.unknown.length,
        }}
      />
      <Unknown ids={preview.unknown} />
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </>
  )
}

/** Ids that no lead has, to be copied and looked into. */
function Unknown({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return null
  return (
    <div className={styles.unknown}>
      <div className={styles.unknownHead}>
        <strong>{sayCount(ids.length, 'id')} not found</strong>
        <CopyButton text={ids.join('\n')} what="the ids that were not found" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <section className={styles.ids} tabIndex={0} aria-label="Ids not found">
        {ids.join('\n')}
      </section>
    </div>
  )
}
