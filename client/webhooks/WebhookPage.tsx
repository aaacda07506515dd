import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { LibraryWebhook } from '#shared/api/webhooks'
import { caller, stepOf } from '#shared/graph/library'
import { emptyGraph, type Step } from '#shared/graph/schema'
import type { Json } from '#shared/json'
import type { Problem } from '#shared/problems'
import { missingSecrets } from '#shared/rules/named-secrets'
import { misplacedSecrets } from '#shared/rules/secret-hosts'
import { webhookSchema } from '#shared/rules/webhook'
import { ApiError } from '../api'
import { library, libraryKeys, useWebhook } from '../api/library'
import { useSecrets } from '../api/secrets'
import { type FormContext, FormProvider } from '../forms/context'
import { StepForm } from '../forms/StepForm'
import { Confirm, Loaded, PageHeader, Refusal, sayCount, toast, useTitle } from '../ui'
import { ReceiverNotice } from './ReceiverNotice'
import { liveNames, Uses } from './uses'
import styles from './webhooks.module.css'

/** What a webhook of the library is made of; the rest of a step's config belongs to the step. */
const parts = Object.keys(webhookSchema.shape)

/** One webhook of the library, edited with the fields of the step that calls it. */
export function WebhookPage({ id }: { id: string }) {
  const query = useWebhook(id)
  return (
    <Loaded query={query} what="the webhook">
      {webhook => <Open key={webhook.revision} webhook={webhook} onReload={() => void query.refetch()} />}
    </Loaded>
  )
}

interface OpenProps {
  readonly webhook: LibraryWebhook
  readonly onReload: () => void
}

function Open(props: OpenProps) {
  const { name } = props.webhook
  const context = useMemo(() => inNoCampaign(name), [name])
  return (
    <FormProvider value={context}>
      <Screen {...props} />
    </FormProvider>
  )
}

function Screen({ webhook, onReload }: OpenProps) {
  useTitle(webhook.name)
  const [config, setConfig] = useState(() => stepOf(webhook.definition).config)
  const problems = useProblems(config)
  const [name, setName] = useState(webhook.name)
  const [description, setDescription] = useState(webhook.description)
  const [asking, setAsking] = useState<'save' | 'delete' | null>(null)
  const definition = webhookSchema.parse(config)
  const isChanged =
    name !== webhook.name ||
    description !== webhook.description ||
    JSON.stringify(definition) !== JSON.stringify(webhookSchema.parse(webhook.definition))
  const { save, remove } = useChanges(webhook, () => setAsking(null))
  const submit = () => save.mutate({ name, description, definition, revision: webhook.revision })
  const live = liveNames(webhook.uses)
  const conflict = save.error instanceof ApiError && save.error.status === 409
  return (
    <>
      <PageHeader
        title={webhook.name}
        back={<Link to="/webhooks">Webhooks</Link>}
        actions={
          <>
            <Button variant="default" leftSection={<Trash2 size={16} />} onClick={() => setAsking('delete')}>
              Delete…
            </Button>
            <Button
              disabled={!isChanged || name.trim() === ''}
              loading={save.isPending}
              onClick={() => (live.length > 0 ? setAsking('save') : submit())}
            >
              {live.length > 0 ? 'Save…' : 'Save'}
            </Button>
          </>
        }
      />
      <div className={styles.page}>
        <div className={styles.form} data-form>
          <ReceiverNotice webhook={webhook.id} />
          <Refusal what="The webhook was not saved." error={asking === 'save' ? null : save.error} />
          {conflict && (
            <div>
              <Button variant="default" onClick={onReload}>
                Load the newer one
              </Button>
            </div>
          )}
          <TextInput
            label="Name"
            maxLength={120}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={name.trim() === '' ? 'Name the webhook, so that you find it again.' : undefined}
          />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxRows={6}
            maxLength={2000}
            value={description}
            onChange={event => setDescription(event.currentTarget.value)}
          />
          <StepForm kind={caller} config={config} onChange={setConfig} problems={problems} only={parts} />
        </div>
        <Uses uses={webhook.uses} />
      </div>
      <Modal opened={asking === 'save'} onClose={() => setAsking(null)} title="Save for live campaigns?" size="sm">
        <p>
          Used by {sayCount(live.length, 'live campaign')}: <strong>{live.join(', ')}</strong>. Every call from now on
          is sent with the change, those included that quiet hours, a rate or an endpoint still hold. A call that is
          tried again stays as it was.
        </p>
        <Refusal what="The webhook was not saved." error={save.error} />
        <Group justify="flex-end" gap="xs" mt="lg">
          <Button variant="default" onClick={() => setAsking(null)} data-autofocus>
            Cancel
          </Button>
          <Button loading={save.isPending} onClick={submit}>
            Save for {sayCount(live.length, 'campaign')}
          </Button>
        </Group>
      </Modal>
      <Confirm
        opened={asking === 'delete'}
        title={`Delete ${webhook.name}?`}
        act="Delete the webhook"
        refused="The webhook was not deleted."
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(null)}
      >
        Steps of drafts that use it keep a copy, which must be made their own before a launch.
      </Confirm>
    </>
  )
}

/** A webhook of the library belongs to no campaign: no events let leads in, and no journey has been anywhere. */
function inNoCampaign(name: string): FormContext {
  const campaign = { id: 'library', name, zone: emptyGraph.settings.zone, quietHours: null, folder: null }
  return { campaign, events: [], journey: ['journey.entered_at'], save: async () => true }
}

/** What is wrong with the webhook by itself, and with the secrets that it names. */
function useProblems(config: Step['config']): readonly Problem[] {
  const secrets = useSecrets().data
  // A template of 64 KiB takes a while to check: not again with every letter of the name.
  const found = useMemo(() => caller.check(config), [config])
  if (secrets === undefined) return found
  const known = new Map(secrets.map(s => [s.name, s.hosts]))
  return [...found, ...missingSecrets(config as Json, known), ...misplacedSecrets(config as Json, known)]
}

function useChanges({ id, name }: LibraryWebhook, onSaved: () => void) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const refresh = () => queries.invalidateQueries({ queryKey: libraryKeys.webhooks })
  const save = useMutation({
    mutationFn: (body: Parameters<typeof library.saveWebhook>[1]) => library.saveWebhook(id, body),
    onSuccess: saved => {
      queries.setQueryData(libraryKeys.webhook(id), saved)
      void refresh()
      toast.done(`${saved.name} is saved`)
      onSaved()
    },
  })
  const remove = useMutation({
    mutationFn: () => library.deleteWebhook(id),
    onSuccess: () => {
      void refresh()
      toast.done(`${name} is deleted`)
      void navigate({ to: '/webhooks' })
    },
  })
  return { save, remove }
}
