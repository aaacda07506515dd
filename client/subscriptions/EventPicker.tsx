import { Checkbox, TextInput } from '@mantine/core'
import { Clock, Zap } from 'lucide-react'
import { useId, useState } from 'react'
import type { NoticeKindView } from '#shared/api/subscriptions'
import { useNoticeKinds } from '../api/subscriptions'
import { Loaded, sayCount } from '../ui'
import styles from './subscriptions.module.css'

interface EventPickerProps {
  readonly value: readonly string[]
  readonly onChange: (events: string[]) => void
}

/** Chooses what a subscription hears, from all that can be heard. */
export function EventPicker({ value, onChange }: EventPickerProps) {
  const [search, setSearch] = useState('')
  const query = useNoticeKinds()
  // Those that it hears already come first; nothing moves under the hand that chooses.
  const [first] = useState(value)
  const heading = useId()
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>Events</h2>
      <TextInput
        label="Find an event"
        placeholder="journey, webhook, list"
        value={search}
        onChange={event => setSearch(event.currentTarget.value)}
      />
      <Loaded query={query} what="the events">
        {kinds => {
          const rank = ({ name }: NoticeKindView) => (first.includes(name) ? 0 : 1)
          const found = kinds.filter(kind => isLike(kind, search)).sort((a, b) => rank(a) - rank(b))
          if (found.length === 0) return <p className={styles.none}>No event is called like that.</p>
          return (
            <ul className={styles.kinds} aria-label="Events">
              {found.map(kind => (
                <li key={kind.name}>
                  <Kind
                    kind={kind}
                    isChosen={value.includes(kind.name)}
                    onChoose={isChosen =>
                      onChange(isChosen ? [...value, kind.name] : value.filter(name => name !== kind.name))
                    }
                  />
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      <p className={styles.about} aria-live="polite">
        {value.length === 0 ? 'None is chosen.' : `${sayCount(value.length, 'event')} chosen.`}
      </p>
    </section>
  )
}

interface KindProps {
  readonly kind: NoticeKindView
  readonly isChosen: boolean
  readonly onChoose: (isChosen: boolean) => void
}

function Kind({ kind: { name, title, when, pace }, isChosen, onChoose }: KindProps) {
  const isRealTime = pace === 'real-time'
  return (
    <Checkbox
      checked={isChosen}
      onChange={event => onChoose(event.currentTarget.checked)}
      label={
        <span className={styles.kind}>
          {title}
          <span className={styles.pace}>
            {isRealTime ? <Zap size={12} aria-hidden /> : <Clock size={12} aria-hidden />}
            {isRealTime ? 'Real time' : 'Batched'}
          </span>
        </span>
      }
      description={
        <>
          {when} <code>{name}</code>
        </>
      }
    />
  )
}

function isLike({ name, title, when }: NoticeKindView, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/)
  const all = `${name} ${title} ${when}`.toLowerCase()
  return words.every(word => all.includes(word))
}
