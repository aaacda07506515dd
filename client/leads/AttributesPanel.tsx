import { Button, Group, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { LeadView } from '#shared/api'
import { api, keys } from '../api'
import { Refusal, toast, When } from '../ui'
import { AttributeRows } from './AttributeRows'
import { changesOf, emptyRow, faultsOf, toRows } from './attribute-rows'
import { showValue } from './lead-words'
import styles from './leads.module.css'
import { ZoneSelect } from './ZoneSelect'

/** What is known of a lead, to read and to change. */
export function AttributesPanel({ lead }: { lead: LeadView }) {
  const [editing, setEditing] = useState(false)
  return (
    <section aria-labelledby="attributes">
      <div className={styles.sectionHead}>
        <h2 id="attributes" className={styles.sectionTitle}>
          Attributes
        </h2>
        {!editing && (
          <Button variant="subtle" h={28} leftSection={<Pencil size={14} />} onClick={() => setEditing(true)}>
            Edit
          </Button>
        )}
      </div>
      {editing ? <EditAttributes lead={lead} onDone={() => setEditing(false)} /> : <ReadAttributes lead={lead} />}
    </section>
  )
}

function ReadAttributes({ lead: { attributes, zone, createdAt, updatedAt } }: { lead: LeadView }) {
  const entries = Object.entries(attributes)
  return (
    <>
      {entries.length === 0 && <p className={styles.none}>Nothing is known of this lead yet.</p>}
      {entries.length > 0 && (
        <dl className={styles.facts}>
          {entries.map(([name, value]) => (
            <Fact key={name} name={name} value={showValue(value)} isCode={typeof value !== 'string'} />
          ))}
        </dl>
      )}
      <dl className={styles.facts}>
        <Fact name="Time zone" value={zone ?? 'Not known'} />
        <div className={styles.fact}>
          <dt>Added</dt>
          <dd>
            <When at={createdAt} />
          </dd>
        </div>
        <div className={styles.fact}>
          <dt>Updated</dt>
          <dd>
            <When at={updatedAt} />
          </dd>
        </div>
      </dl>
    </>
  )
}

function Fact({ name, value, isCode = false }: { name: string; value: string; isCode?: boolean }) {
  return (
    <div className={styles.fact}>
      <dt title={name}>{name}</dt>
      <dd title={value} className={isCode ? styles.code : undefined}>
        {value}
      </dd>
    </div>
  )
}

function EditAttributes({ lead, onDone }: { lead: LeadView; onDone: () => void }) {
  const [zone, setZone] = useState(lead.zone)
  const [rows, setRows] = useState(() => {
    const known = toRows(lead.attributes)
    return known.length === 0 ? [emptyRow(known)] : known
  })
  const [asked, setAsked] = useState(false)
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      api.putLead(lead.externalId, {
        attributes: changesOf(lead.attributes, rows),
        ...(zone === lead.zone ? {} : { time_zone: zone }),
      }),
    onSuccess: async () => {
      void queries.invalidateQueries({ queryKey: keys.allLeads })
      await queries.invalidateQueries({ queryKey: keys.leadJourneys(lead.externalId) })
      toast.done('The lead is saved')
      onDone()
    },
  })
  const faults = faultsOf(rows)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (faults.size === 0) save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <AttributeRows rows={rows} onChange={next => setRows([...next])} faults={asked ? faults : new Map()} />
        <ZoneSelect value={zone} onChange={setZone} />
      </Stack>
      <Refusal what="The lead was not saved." error={save.error} />
      <Group gap="xs" mt="md">
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
      </Group>
    </form>
  )
}
