import { Button, SegmentedControl, Select, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import type { WebhookTested } from '#shared/api/webhook-test'
import type { JsonObject } from '#shared/json'
import { type Webhook, webhookSchema } from '#shared/rules/webhook'
import { api } from '../../api'
import { tryJson } from '../../api/fetch'
import { CodeBlock, ErrorState, pretty } from '../../ui'
import { useDraft, useEditor } from '../editor'
import styles from '../fields/fields.module.css'
import { useSomeLeads } from '../fields/lookups'
import { sayRequest } from '../fields/RequestPreview'
import type { ToolProps } from '.'

const whom = [
  { value: 'random', label: 'A random lead' },
  { value: 'known', label: 'This lead' },
  { value: 'made-up', label: 'Made up' },
] as const
type Whom = (typeof whom)[number]['value']

const verdicts: { readonly [V in WebhookTested['verdict']]: string } = {
  received: 'Received: the lead goes on by Succeeded.',
  retry: 'Not received: a campaign would try again.',
  failed: 'Failed: the lead goes on by Failed.',
  skipped: 'Not sent: the lead goes on by Not sent.',
  uncertain: 'Nobody knows whether it arrived: a lead would leave by Uncertain.',
}

/** Sends the webhook as it stands here, once and really, and writes nothing (braze R9). */
export function TestSend({ config }: ToolProps<Webhook>) {
  const { campaignId } = useEditor()
  const name = useDraft(d => d.name)
  const zone = useDraft(d => d.graph.settings.zone)
  const [as, setAs] = useState<Whom>('random')
  const [externalId, setExternalId] = useState<string | null>(null)
  const [attributes, setAttributes] = useState('{\n  "email": "ada@example.com"\n}')
  const [properties, setProperties] = useState('{}')
  const leads = useSomeLeads()
  const test = useMutation({ mutationFn: api.testWebhook })
  const [made, event] = [objectIn(attributes), objectIn(properties)]
  const isReady =
    event !== undefined && (as === 'random' || (as === 'known' ? externalId !== null : made !== undefined))
  const send = () => {
    const lead =
      as === 'random'
        ? ({ as } as const)
        : as === 'known'
          ? ({ as, externalId: externalId ?? '' } as const)
          : ({ as, attributes: made ?? {} } as const)
    test.mutate({
      webhook: webhookOf(config),
      lead,
      event: { name: 'test', properties: event ?? {} },
      campaign: { id: campaignId, name, zone },
    })
  }
  return (
    <>
      <p className={styles.help}>
        Really sends one request, now. Caps, quiet hours and rates do not count, and nothing is written to the lead.
      </p>
      <SegmentedControl aria-label="Whom to test with" size="xs" data={[...whom]} value={as} onChange={setAs} />
      {as === 'known' && (
        <Select
          label="Lead"
          placeholder="Search a lead…"
          data={leads.map(lead => lead.externalId)}
          value={externalId}
          onChange={setExternalId}
          searchable
          nothingFoundMessage="No lead like this."
        />
      )}
      {as === 'made-up' && <JsonArea label="Attributes" value={attributes} onChange={setAttributes} />}
      <JsonArea label="Event properties" value={properties} onChange={setProperties} />
      <Button
        leftSection={<Send size={14} aria-hidden />}
        disabled={!isReady}
        loading={test.isPending}
        onClick={send}
        variant="default"
      >
        Send a test
      </Button>
      <div role="status" aria-live="polite">
        {test.isError && <ErrorState what="The test was not sent." error={test.error} onRetry={send} />}
        {test.data !== undefined && !test.isPending && <Result tested={test.data} />}
      </div>
    </>
  )
}

function Result({ tested }: { tested: WebhookTested }) {
  const { lead, request, unsent, answer, fault, ms, verdict, mappings } = tested
  return (
    <div className={styles.several}>
      <strong>{verdicts[verdict]}</strong>
      <p className={styles.facts}>
        <span>Lead {lead.externalId}</span>
        {answer !== null && <span>Status {answer.status}</span>}
        {unsent === null && <span>{ms} ms</span>}
      </p>
      {unsent !== null && <p className={styles.broken}>{unsent.reason}</p>}
      {fault !== null && <p className={styles.broken}>{fault.message}</p>}
      {mappings.length > 0 && <Would mappings={mappings} />}
      {answer !== null && <CodeBlock text={pretty(answer.body) || '(no body)'} label="Answer" max={200} />}
      {request !== null && <CodeBlock text={sayRequest(request)} label="Request that was sent" max={200} />}
    </div>
  )
}

function Would({ mappings }: Pick<WebhookTested, 'mappings'>) {
  return (
    <>
      <p className={styles.help}>Would be written to the lead:</p>
      <dl className={styles.would}>
        {mappings.map(({ path, field, before, value, refused }) => (
          <div key={`${path} ${field}`} style={{ display: 'contents' }}>
            <dt>{field}</dt>
            <dd>
              {refused === null
                ? `${JSON.stringify(value)}, now ${before === null ? 'nothing' : JSON.stringify(before)}`
                : `Nothing: ${refused}.`}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function JsonArea({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Textarea
      label={label}
      autosize
      minRows={2}
      maxRows={8}
      value={value}
      error={objectIn(value) === undefined ? 'Write a JSON object, like {"plan": "pro"}.' : undefined}
      onChange={event => onChange(event.currentTarget.value)}
      classNames={{ input: styles.mono ?? '' }}
      spellCheck={false}
    />
  )
}

function objectIn(text: string): JsonObject | undefined {
  const value = tryJson(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** The parts of a step that are its webhook. */
function webhookOf(config: Webhook): Webhook {
  const parts = Object.keys(webhookSchema.shape) as (keyof Webhook)[]
  return Object.fromEntries(parts.map(part => [part, config[part]])) as unknown as Webhook
}
