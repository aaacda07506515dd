import { Button, NativeSelect, Progress, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { ReplayInput, ReplayView, SubscriptionView } from '#shared/api/subscriptions'
import { subscriptions, useNoticeKinds, useSubscriptionAct } from '../api/subscriptions'
import { Refusal, sayCount, sayPercent, toast, When } from '../ui'
import { ChoiceList } from './ChoiceList'
import styles from './subscriptions.module.css'

/** What a subscription was told, told again: all of it, or less; and how far that is. */
export function Replay({ known: { id, state, events, replay } }: { known: SubscriptionView }) {
  return (
    <section aria-labelledby="replay">
      <h2 id="replay">Tell it again</h2>
      <p className={styles.about}>
        The listener gets the events once more, in order and under the same ids, so that it can tell that they are
        repeats. Events of now are sent in between.
      </p>
      {replay !== null && <Course id={id} replay={replay} />}
      {state !== 'on' ? (
        <p className={styles.about}>Switch the subscription on first.</p>
      ) : (
        replay?.state !== 'running' && <Ask id={id} events={events} />
      )}
    </section>
  )
}

function Course({ id, replay: { state, share, told, begunAt, endedAt } }: { id: string; replay: ReplayView }) {
  const stop = useSubscriptionAct(
    () => subscriptions.cancelReplay(id),
    () => toast.done('The replay is stopped'),
  )
  if (state !== 'running')
    return (
      <p className={styles.about}>
        {state === 'done' ? 'The last replay ended ' : 'The last replay was stopped '}
        <When at={endedAt ?? begunAt} />: {sayCount(told, 'event')} arrived again.
      </p>
    )
  return (
    <>
      <p className={styles.about} role="status">
        {sayCount(told, 'event')} arrived again, {sayPercent(share)} of the way. It began <When at={begunAt} />.
      </p>
      <Progress value={share * 100} aria-label="Replay" />
      <Refusal what="It was not stopped." error={stop.error} />
      <div>
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate(undefined)}>
          Stop the replay
        </Button>
      </div>
    </>
  )
}

const ways = [
  { value: 'all', label: 'Everything that is kept' },
  { value: 'time', label: 'What happened in a time' },
  { value: 'since', label: 'Everything from an event on' },
  { value: 'event', label: 'One event' },
] as const
type Way = (typeof ways)[number]['value']

function Ask({ id, events }: { id: string; events: readonly string[] }) {
  const [way, setWay] = useState<Way>('all')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [event, setEvent] = useState('')
  const [kinds, setKinds] = useState<string[]>([])
  const { data: all = [] } = useNoticeKinds()
  const begin = useSubscriptionAct(
    () => subscriptions.replay(id, asked()),
    () => toast.done('The replay has begun'),
  )
  const isWhole = way === 'all' || (way === 'time' ? from !== '' || until !== '' : event.trim() !== '')
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault()
    begin.mutate(undefined)
  }
  return (
    <form className={styles.ask} onSubmit={submit} noValidate>
      <NativeSelect
        label="What"
        data={[...ways]}
        value={way}
        onChange={({ currentTarget }) =>
          setWay(ways.find(({ value }) => value === currentTarget.value)?.value ?? 'all')
        }
      />
      {way === 'time' && (
        <div className={styles.times}>
          <Instant label="From" value={from} onChange={setFrom} />
          <Instant label="Until" value={until} onChange={setUntil} />
        </div>
      )}
      {(way === 'since' || way === 'event') && (
        <TextInput
          label="Event id"
          description="As the listener got it."
          value={event}
          onChange={({ currentTarget }) => setEvent(currentTarget.value)}
        />
      )}
      {way !== 'event' && (
        <ChoiceList
          label="Kinds"
          nothing="Of all kinds that it hears"
          options={all
            .filter(({ name }) => events.includes(name))
            .map(({ name, title }) => ({ id: name, name: title }))}
          value={kinds}
          onChange={setKinds}
        />
      )}
      <Refusal what="Nothing is told again." error={begin.error} />
      <div>
        <Button type="submit" variant="default" loading={begin.isPending} disabled={!isWhole}>
          Tell it again
        </Button>
      </div>
    </form>
  )

  function asked(): ReplayInput {
    switch (way) {
      case 'all':
        return { kinds }
      case 'time':
        return { from: instantOf(from), until: instantOf(until), kinds }
      case 'since':
        return { since: event.trim(), kinds }
      case 'event':
        return { event: event.trim() }
    }
  }
}

function Instant(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { label, value, onChange } = props
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}

/** In the viewer's own zone; null: open at this end. */
function instantOf(text: string): number | null {
  const at = new Date(text).getTime()
  return Number.isNaN(at) ? null : at
}
