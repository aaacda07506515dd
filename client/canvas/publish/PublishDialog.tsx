import { Button, Group, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { CampaignView, Seen } from '#shared/api'
import type { PendingChange } from '#shared/api/versions'
import { ApiError, api, keys } from '../../api'
import { type Towards, usePendingChange, versionKeys, versions } from '../../api/versions'
import { Loaded, Refusal, sayCount, toast } from '../../ui'
import { Choices } from './Choices'
import { Differences } from './Differences'
import { finish, type Line, type LineChoice, linesOf, planOf } from './plan'
import styles from './publish.module.css'
import { RehearsalResult } from './RehearsalResult'

interface Props {
  readonly id: string
  readonly status: CampaignView['status']
  /** What the screen shows; anything else is not published. */
  readonly seen: Seen
  /** What to know before publishing, beside the difference. */
  readonly warning?: ReactNode
  readonly onClose: () => void
  /** Called with what the server answered to a publish. */
  readonly onPublished: (campaign: CampaignView) => void
  /** Called when the draft has problems that stand in the way. */
  readonly onProblems: () => void
}

/**
 * Asks before a campaign with leads inside is published again: what changes, and what becomes of those leads.
 */
export function PublishDialog(props: Props) {
  return <Asking {...props} towards="draft" title="Publish a new version" />
}

/** Brings leads of earlier versions to the one that is live already. */
export function MigrateDialog({ id, liveVersion, onClose }: Pick<Props, 'id' | 'onClose'> & { liveVersion: number }) {
  const nothing = () => {}
  return (
    <Asking
      id={id}
      status="live"
      seen={{ liveVersion }}
      onClose={onClose}
      onPublished={nothing}
      onProblems={nothing}
      towards="live"
      title="Bring leads to the live version"
    />
  )
}

function Asking({ title, ...props }: Props & { towards: Towards; title: string }) {
  const pending = usePendingChange(props.id, props.towards)
  return (
    <Modal opened onClose={props.onClose} title={title} size={760}>
      <Loaded query={pending} what="what changes" rows={4}>
        {found => <Form {...props} pending={found} />}
      </Loaded>
    </Modal>
  )
}

function Form(props: Props & Made) {
  const { id, status, towards, pending, onClose } = props
  const lines = linesOf(pending.waiting)
  const [chosen, setChosen] = useState<ReadonlyMap<string, LineChoice>>(new Map())
  const plan = planOf(lines, chosen)
  const rehearse = useMutation({ mutationFn: () => versions.rehearse(id, towards, plan) })
  const publish = usePublish(props)
  const choose = (which: readonly Line[], choice: LineChoice) => {
    setChosen(before => new Map([...before, ...which.map(line => [line.key, choice] as const)]))
    rehearse.reset()
  }
  const inside = lines.reduce((sum, line) => sum + line.waiting, 0)
  const movesNobody = lines.every(line => (chosen.get(line.key) ?? finish).as === 'finish')
  return (
    <div className={styles.form}>
      {towards === 'draft' && (
        <section aria-labelledby="what-changes">
          <h2 id="what-changes" className={styles.heading}>
            What version {pending.to} changes
          </h2>
          <Differences difference={pending.difference} />
          {props.warning}
          {status !== 'live' && (
            <p className={styles.resumes}>The campaign is {status}. Publishing lets leads in and go on again.</p>
          )}
        </section>
      )}
      <section aria-labelledby="under-way">
        <h2 id="under-way" className={styles.heading}>
          {inside === 0 ? 'Leads who are under way' : `${sayCount(inside, 'lead')} under way`}
        </h2>
        {inside === 0 ? (
          <p className={styles.muted}>Nobody waits in an earlier version: there is nobody to decide about.</p>
        ) : (
          <>
            <p className={styles.muted}>
              Whoever enters from now on walks version {pending.to}. These leads finish on the version they began,
              unless you choose otherwise.
            </p>
            <Choices lines={lines} chosen={chosen} pending={pending} onChoose={choose} />
          </>
        )}
      </section>
      {rehearse.data !== undefined && <RehearsalResult rehearsal={rehearse.data} />}
      <Refusal what="The dry run could not be made." error={rehearse.error} />
      <Refusal what={towards === 'draft' ? 'Nothing was published.' : 'Nobody was moved.'} error={publish.error} />
      <Group className={styles.foot ?? ''} justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        {inside > 0 && (
          <Button
            variant="default"
            loading={rehearse.isPending}
            disabled={movesNobody}
            onClick={() => rehearse.mutate()}
          >
            Dry run
          </Button>
        )}
        <Button
          loading={publish.isPending}
          disabled={towards === 'live' && movesNobody}
          onClick={() => publish.mutate(plan)}
        >
          {towards === 'draft' ? `Publish v${pending.to}` : `Bring them to v${pending.to}`}
        </Button>
      </Group>
    </div>
  )
}

interface Made {
  readonly towards: Towards
  readonly pending: PendingChange
}

function usePublish({ id, seen, towards, pending, onClose, onPublished, onProblems }: Props & Made) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: async (plan: ReturnType<typeof planOf>) => {
      if (towards === 'draft') onPublished(await api.launch(id, seen, plan))
      else await versions.migrate(id, seen, plan)
    },
    onSuccess: () => {
      for (const queryKey of [versionKeys.migration(id), versionKeys.history(id), keys.report(id)])
        void cache.invalidateQueries({ queryKey })
      if (towards === 'draft') toast.done(`Version ${pending.to} is live`)
      onClose()
    },
    onError: error => {
      // It is another than the screen showed: the canvas shows what it is, behind this dialog.
      if (error instanceof ApiError && error.status === 409)
        void cache.invalidateQueries({ queryKey: keys.campaign(id) })
      const isOfDraft = error instanceof ApiError && error.problems.some(p => !String(p.code).startsWith('migration.'))
      if (!isOfDraft || error.status !== 422) return
      onProblems()
    },
  })
}
