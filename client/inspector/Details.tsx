import type { CSSProperties, ReactNode } from 'react'
import type { JournalLine, JourneyView } from '#shared/api'
import { creditOf } from '#shared/explain/explain'
import { nameOf } from '#shared/graph/names'
import type { JournalEntry } from '#shared/journal'
import { CodeBlock, sayExact, When } from '../ui'
import { Attempts } from './Attempts'
import { Bucket } from './Bucket'
import { DecisionTable } from './DecisionTable'
import { goalSeen } from './goal-seen'
import styles from './inspector.module.css'
import { lookOf } from './looks'
import { Seen, show } from './Seen'
import { attemptsOf, entryOf, roundOf, visitOf, zoneOf } from './story'
import { Section, Table } from './Table'
import { Verdicts } from './Verdicts'

interface Props {
  readonly journey: JourneyView
  readonly line: JournalLine
}

/** Everything that is known about one line: the sentence, and below it the values that it rests on. */
export function Details({ journey, line }: Props) {
  const entry = entryOf(line)
  const { icon: Icon, colour, word } = lookOf(entry)
  const zone = zoneOf(journey)
  return (
    <>
      <header className={styles.detailHead}>
        <span className={styles.state} style={{ '--mark': `var(${colour})` } as CSSProperties}>
          <Icon size={14} aria-hidden />
          {word}
        </span>
        {line.step !== null && <span className={styles.where}>{nameOf(line.step, journey)}</span>}
      </header>
      <p className={styles.sentence}>{line.text}</p>
      <p className={styles.exact}>
        {sayExact(line.at, zone)} · <When at={line.at} zone={zone} />
      </p>
      <Facts journey={journey} line={line} entry={entry} />
      <details className={styles.raw}>
        <summary>Raw entry</summary>
        <CodeBlock text={JSON.stringify(line, null, 2)} label="the raw entry" />
      </details>
    </>
  )
}

/** What a kind of entry rests on. A kind without a case has said all in its sentence. */
function Facts({ journey, line, entry }: Props & { entry: JournalEntry }): ReactNode {
  const zone = zoneOf(journey)
  switch (entry.is) {
    case 'decided':
      return (
        <Section title="Decision">
          <DecisionTable seen={entry.seen} />
        </Section>
      )
    case 'passed-over':
      return (
        <Section title="Why not">
          <DecisionTable seen={entry.seen} />
        </Section>
      )
    case 'heard':
      return (
        <>
          {entry.seen !== null && entry.seen.rules.length > 0 && (
            <Section title="What was asked of the event">
              <DecisionTable seen={entry.seen} />
            </Section>
          )}
          <Heard journey={journey} line={line} />
        </>
      )
    case 'exits':
      return entry.seen === null ? null : (
        <Section title="What was asked">
          <DecisionTable seen={entry.seen} />
        </Section>
      )
    case 'emitted':
      return (
        <Section title="Event">
          <Seen values={{ name: entry.event, ...entry.properties }} zone={zone} />
        </Section>
      )
    case 'assigned':
      return (
        <Section title="Variant">
          <Bucket bucket={entry.bucket} range={entry.range} label={entry.label} by={entry.by} zone={zone} />
        </Section>
      )
    case 'gate':
      return (
        <>
          <Section title="Gates asked at that moment">
            <Verdicts round={roundOf(journey.journal, line)} current={line.seq} />
          </Section>
          <Section title="Values seen by this gate">
            <Seen values={entry.saw} zone={zone} />
          </Section>
        </>
      )
    case 'calls':
    case 'interrupted':
    case 'attempt':
    case 'resent':
    case 'resend-ended':
    case 'replied':
      return (
        <Attempts
          journey={journey}
          attempts={attemptsOf(journey, line)}
          first={entry.is === 'attempt' ? entry.n : undefined}
        />
      )
    case 'mapped':
    case 'updated':
      return <Changes journey={journey} line={line} />
    case 'waits':
      return (
        <>
          <Section title="Wait">
            <Seen values={{ until: entry.until, zone: entry.zone, for: entry.what }} zone={entry.zone} />
          </Section>
          <Heard journey={journey} line={line} />
        </>
      )
    case 'started':
      return entry.event === null ? null : (
        <Section title="Event">
          <Seen values={{ id: entry.event }} zone={zone} />
        </Section>
      )
    case 'converted':
      return (
        <Section title="Conversion">
          <Seen
            values={{
              event: entry.event,
              id: entry.eventId,
              variants: entry.variants.map(variant => creditOf(variant, journey)),
              ...goalSeen(entry.goal, step => nameOf(step, journey)),
            }}
            zone={zone}
          />
        </Section>
      )
    case 'entered':
    case 'left':
      return <Visit journey={journey} line={line} />
    default:
      return null
  }
}

/** The events that were heard in this visit to the step, and what each came to. */
function Heard({ journey, line }: Props) {
  const heard = visitOf(journey.journal, line).filter(other => other.is === 'heard')
  if (heard.length === 0) return null
  return (
    <Section title="Events heard while waiting">
      <ol className={styles.visit}>
        {heard.map(other => (
          <li key={other.seq} data-current={other.seq === line.seq || undefined}>
            {other.text}
          </li>
        ))}
      </ol>
    </Section>
  )
}

/** All lead attributes that were written in this visit to the step. */
function Changes({ journey, line }: Props) {
  const entries = visitOf(journey.journal, line).map(other => ({ seq: other.seq, entry: entryOf(other) }))
  const written = entries.flatMap(({ seq, entry }) => (entry.is === 'updated' ? [{ seq, ...entry }] : []))
  const kept = entries.flatMap(({ seq, entry }) => (entry.is === 'mapped' ? [{ seq, ...entry }] : []))
  return (
    <>
      {kept.length > 0 && (
        <Section title="Kept from the answer">
          <Table heads={['In the answer', 'Attribute', 'Value']}>
            {kept.map(({ seq, path, field, value, refused }) => (
              <tr key={seq} data-current={seq === line.seq || undefined}>
                <td className={styles.mono}>{path}</td>
                <td>{field}</td>
                <td className={refused === null ? styles.mono : styles.muted}>
                  {refused === null ? show(value) : `Not kept: ${refused}`}
                </td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
      {written.length > 0 && (
        <Section title="Lead attributes">
          <Table heads={['Attribute', 'Before', 'After']}>
            {written.map(({ seq, field, from, to }) => (
              <tr key={seq} data-current={seq === line.seq || undefined}>
                <td>{field}</td>
                <td className={styles.mono}>{from === null ? <i>not known</i> : show(from)}</td>
                <td className={styles.mono}>{to === null ? <i>not known</i> : show(to)}</td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
    </>
  )
}

/** What happened in the visit that this line opens or closes. */
function Visit({ journey, line }: Props) {
  const visit = visitOf(journey.journal, line)
  const inside = visit.filter(other => other.is !== 'entered')
  if (inside.length === 0) return null
  return (
    <Section title="In this step">
      <ol className={styles.visit}>
        {inside.map(other => (
          <li key={other.seq} data-current={other.seq === line.seq || undefined}>
            {other.text}
          </li>
        ))}
      </ol>
    </Section>
  )
}
