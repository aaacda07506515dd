import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type ActivitySearch, useCampaigns } from '../api'
import styles from './activity.module.css'
import { activityOutcomeWords } from './words'

interface Props {
  readonly search: ActivitySearch
  readonly hosts: readonly string[]
  readonly onChange: (next: Partial<ActivitySearch>) => void
}

const statuses = [
  { value: '2xx', label: '2xx received' },
  { value: '3xx', label: '3xx redirect' },
  { value: '4xx', label: '4xx refused' },
  { value: '5xx', label: '5xx broken' },
  { value: 'none', label: 'No answer' },
]
const spans = [
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
]

/** What the list is narrowed by. An exact status, step or cause that came by a link is shown, and can be taken away. */
export function Filters({ search, hosts, onChange }: Props) {
  const campaigns = useCampaigns().data ?? []
  const { lead, campaign, step, host, status, outcome, since, cause } = search
  const isFiltered = Object.entries(search).some(([key, value]) => key !== 'outcome' && value !== undefined)
  const named = (value: string | null) => value ?? undefined
  return (
    <search className={styles.filters} aria-label="Filter the sends">
      <LeadFilter lead={lead} onChange={next => onChange({ lead: next })} />
      <Select
        aria-label="Campaign"
        placeholder="Any campaign"
        clearable
        searchable
        data={campaigns.map(({ id, name }) => ({ value: id, label: name }))}
        value={campaign ?? null}
        onChange={value => onChange({ campaign: named(value), step: undefined })}
      />
      {outcome !== 'failed' && outcome !== 'held' && (
        <Select
          aria-label="Outcome"
          placeholder="Any outcome"
          clearable
          data={activityOutcomeWords}
          value={outcome ?? null}
          onChange={value => onChange({ outcome: (value ?? undefined) as ActivitySearch['outcome'] })}
        />
      )}
      {outcome !== 'held' && (
        <>
          <Select
            aria-label="Endpoint"
            placeholder="Any endpoint"
            clearable
            searchable
            data={[...new Set([...hosts, ...(host === undefined ? [] : [host])])]}
            value={host ?? null}
            onChange={value => onChange({ host: named(value) })}
          />
          <Select
            aria-label="Status"
            placeholder="Any status"
            clearable
            data={
              status === undefined || statuses.some(s => s.value === status)
                ? statuses
                : [...statuses, { value: status, label: status }]
            }
            value={status ?? null}
            onChange={value => onChange({ status: named(value) })}
          />
          <Select
            aria-label="Time"
            placeholder="Any time"
            clearable
            data={spans}
            value={since ?? null}
            onChange={value => onChange({ since: (value ?? undefined) as ActivitySearch['since'] })}
          />
        </>
      )}
      {step !== undefined && <Chip text={`Step ${step}`} onRemove={() => onChange({ step: undefined })} />}
      {cause !== undefined && outcome !== 'failed' && (
        <Chip text={`Cause ${cause}`} onRemove={() => onChange({ cause: undefined })} />
      )}
      {isFiltered && (
        <Button
          variant="subtle"
          onClick={() =>
            onChange({
              lead: undefined,
              campaign: undefined,
              step: undefined,
              host: undefined,
              status: undefined,
              cause: undefined,
              since: undefined,
            })
          }
        >
          Clear
        </Button>
      )}
    </search>
  )
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <Button
      variant="default"
      rightSection={<X size={14} />}
      onClick={onRemove}
      aria-label={`Remove the filter: ${text}`}
    >
      {text}
    </Button>
  )
}

/** Typed ahead of the address; an address that changed by itself is shown. */
function LeadFilter({
  lead = '',
  onChange,
}: {
  lead?: string | undefined
  onChange: (lead: string | undefined) => void
}) {
  const [text, setText] = useState(lead)
  const send = useDebouncedCallback((next: string) => onChange(next === '' ? undefined : next), 300)
  useEffect(() => setText(lead), [lead])
  return (
    <TextInput
      aria-label="Lead id"
      placeholder="Lead id"
      value={text}
      maxLength={200}
      onChange={event => {
        setText(event.currentTarget.value)
        send(event.currentTarget.value.trim())
      }}
    />
  )
}
