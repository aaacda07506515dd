import { Button, SegmentedControl, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import type { LeadView } from '#shared/api'
import type { JsonObject } from '#shared/json'
import { type Webhook, webhookSchema } from '#shared/rules/webhook'
import { api } from '../../api'
import { tryJson } from '../../api/fetch'
import { testKeys } from '../../api/tests'
import { ErrorState } from '../../ui'
import { useFormContext } from '../context'
import styles from '../fields/fields.module.css'
import { LeadSelect } from '../fields/LeadSelect'
import type { ToolProps } from '.'
import { TestLog } from './TestLog'
import { Result } from './TestResult'

const whom = [
  { value: 'random', label: 'A random lead' },
  { value: 'known', label: 'This lead' },
  { value: 'made-up', label: 'Made up' },
] as const
type Whom = (typeof whom)[number]['value']

/** Sends the webhook as it stands here, once and really, and writes nothing (braze R9). */
export function TestSend({ config, step }: ToolProps<Webhook>) {
  const {
    campaign: { id, name, zone },
  } = useFormContext()
  const [as, setAs] = useState<Whom>('random')
  const [known, setKnown] = useState<LeadView | null>(null)
  const [attributes, setAttributes] = useState('{\n  "email": "ada@example.com"\n}')
  const [properties, setProperties] = useState('{}')
  const queries = useQueryClient()
  const test = useMutation({
    mutationFn: api.testWebhook,
    onSuccess: () => queries.invalidateQueries({ queryKey: testKeys.all }),
  })
  const [made, event] = [objectIn(attributes), objectIn(properties)]
  const isReady = event !== undefined && (as === 'random' || (as === 'known' ? known !== null : made !== undefined))
  const send = () => {
    const lead =
      as === 'random'
        ? ({ as } as const)
        : as === 'known'
          ? ({ as, externalId: known?.externalId ?? '' } as const)
          : ({ as, attributes: made ?? {} } as const)
    test.mutate({
      webhook: webhookOf(config),
      lead,
      event: { name: 'test', properties: event ?? {} },
      campaign: { id, name, zone, step },
    })
  }
  return (
    <>
      <p className={styles.help}>
        Really sends one request, now. Caps, quiet hours and rates do not count, and nothing is written to the lead.
      </p>
      <SegmentedControl aria-label="Whom to test with" size="xs" data={[...whom]} value={as} onChange={setAs} />
      {as === 'known' && (
        <LeadSelect
          label="Lead"
          isLabelShown
          placeholder="Search by id, e-mail or name"
          value={known}
          onChange={setKnown}
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
      <TestLog campaignId={id} step={step} />
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
