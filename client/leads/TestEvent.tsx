import { Autocomplete, Button, JsonInput, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { isObject, type JsonObject } from '#shared/json'
import { lostNumber } from '#shared/values/numbers'
import { api, keys, useEventNames } from '../api'
import { Refusal, sayCount, toast } from '../ui'
import styles from './leads.module.css'

/** Sends this lead an event, as an outside system would. */
export function TestEvent({ externalId }: { externalId: string }) {
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const [asked, setAsked] = useState(false)
  const names = useEventNames()
  const send = useSend(externalId)
  const properties = parseProperties(text)
  const isNamed = name.trim() !== ''

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (isNamed && properties !== undefined) send.mutate({ name: name.trim(), properties })
  }
  return (
    <section aria-labelledby="test-event">
      <h2 id="test-event" className={styles.sectionTitle}>
        Send an event
      </h2>
      <p className={styles.sectionText}>
        As if it had happened to this lead just now. It is real: live campaigns react.
      </p>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Autocomplete
            label="Event"
            placeholder="signed_up"
            data={names.data ?? []}
            value={name}
            onChange={setName}
            maxLength={200}
            error={asked && !isNamed ? 'Name the event.' : undefined}
          />
          <JsonInput
            label="Properties"
            description="A JSON object, or nothing"
            placeholder='{"plan": "pro"}'
            autosize
            minRows={2}
            maxRows={10}
            value={text}
            onChange={setText}
            error={
              asked && properties === undefined
                ? 'This is not a JSON object like {"plan": "pro"}. Put numbers of more than 15 digits in quotes.'
                : undefined
            }
            classNames={{ input: styles.codeInput ?? '' }}
          />
        </Stack>
        <Refusal what="The event was not sent." error={send.error} />
        <Button type="submit" mt="md" leftSection={<Send size={14} />} loading={send.isPending}>
          Send the event
        </Button>
      </form>
    </section>
  )
}

function parseProperties(text: string): JsonObject | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && lostNumber(text) === undefined ? value : undefined
  } catch {
    return undefined
  }
}

function useSend(lead: string) {
  const queries = useQueryClient()
  // A lead whom nobody knows yet was refused nowhere.
  const refusedEntries = () => api.refusedEntries(lead).catch((): Refused[] => [])
  return useMutation({
    mutationFn: async ({ name, properties }: { name: string; properties: JsonObject }) => {
      const id = (refused: Refused) => `${refused.campaignId} ${refused.at} ${refused.why}`
      const known = new Set((await refusedEntries()).map(id))
      const { started } = await api.postEvents({ id: freshId(), lead, name, properties })
      return {
        started,
        refused: (await refusedEntries()).filter(entry => !known.has(id(entry)) && entry.event === name),
      }
    },
    onSuccess: ({ started, refused }, { name }) => {
      toast.done(`${name} is recorded`, sayStarted(name, started, refused))
      void queries.invalidateQueries({ queryKey: keys.eventNames })
      void queries.invalidateQueries({ queryKey: keys.refusedEntries(lead) })
      return queries.invalidateQueries({ queryKey: keys.leadJourneys(lead) })
    },
  })
}

type Refused = Awaited<ReturnType<typeof api.refusedEntries>>[number]

/** What an event came to: whom it let in, and who refused it why. */
function sayStarted(name: string, started: number, refused: readonly Refused[]): string {
  const reasons = refused.map(({ campaignName, why }) => `${campaignName}: ${why}`).join(' ')
  if (started > 0) return [`It started ${sayCount(started, 'journey')}.`, reasons].filter(Boolean).join(' ')
  return reasons === ''
    ? `No campaign let them in: no live campaign starts with ${name}.`
    : `No campaign let them in: ${reasons}`
}

/**
 * Never used before: 128 random bits. `randomUUID` is missing where the page is served without TLS from another
 * machine.
 */
function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `test-${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`
}
