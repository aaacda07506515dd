import { type CSSProperties, useState } from 'react'
import type { Attempt, JourneyView } from '#shared/api'
import { INTERRUPTED } from '#shared/call'
import { CodeBlock, CopyButton, Mono, pretty, sayExact, sayNumber } from '../ui'
import styles from './inspector.module.css'
import { attemptLook } from './looks'
import { entryOf, zoneOf } from './story'
import { Section } from './Table'

interface Props {
  readonly journey: JourneyView
  readonly attempts: readonly Attempt[]
  /** The number of the attempt that is shown first; the last one when left out. */
  readonly first: number | undefined
}

const sayCutOff =
  'Hookline stopped while it was under way. It may have arrived, and is made again under the same webhook-id.'

/** The HTTP calls of a touch: what was sent, what came back, how long it took. Secrets were masked by the server. */
export function Attempts({ journey, attempts, first }: Props) {
  const [chosen, setChosen] = useState(first)
  const attempt = attempts.find(a => a.n === chosen) ?? attempts.at(-1)
  if (attempt === undefined)
    return (
      <Section title="Attempts">
        <p className={styles.muted}>
          {first === undefined
            ? 'No attempt has come to an end yet.'
            : 'Its request and answer were deleted by the retention of the settings.'}
        </p>
      </Section>
    )
  const isCutOff = attempt.outcome === INTERRUPTED
  return (
    <>
      <Section title={attempts.length === 1 ? 'Attempt' : 'Attempts'}>
        {attempts.length > 1 && (
          <fieldset className={styles.tabs} aria-label="Attempt">
            {attempts.map(a => (
              <button key={a.n} type="button" aria-pressed={a === attempt} onClick={() => setChosen(a.n)}>
                {a.n} <AttemptOutcome journey={journey} attempt={a} />
              </button>
            ))}
          </fieldset>
        )}
        <dl className={styles.seen}>
          <div>
            <dt>Outcome</dt>
            <dd>
              <AttemptOutcome journey={journey} attempt={attempt} />{' '}
              {attempt.status === null && !isCutOff ? attempt.outcome : ''}
            </dd>
          </div>
          {!isCutOff && (
            <div>
              <dt>Took</dt>
              <dd>{sayNumber(Math.round(attempt.ms))} ms</dd>
            </div>
          )}
          <div>
            <dt>{isCutOff ? 'Found' : 'Began'}</dt>
            <dd>{sayExact(attempt.startedAt, zoneOf(journey))}</dd>
          </div>
          <div>
            <dt>webhook-id</dt>
            <dd>
              <Mono value={attempt.webhookId} copy="the webhook-id" />
            </dd>
          </div>
        </dl>
      </Section>
      <Section title="Request">
        <p className={styles.url}>
          <strong>{attempt.request.method}</strong> <span>{attempt.request.url}</span>
          <CopyButton text={attempt.request.url} what="the address" />
        </p>
        <Headers headers={attempt.request.headers} />
        <Body text={attempt.request.body ?? ''} label="the request body" />
      </Section>
      <Section title="Response">
        {attempt.response === null ? (
          <p className={styles.muted}>{isCutOff ? sayCutOff : `No answer came: ${attempt.outcome}.`}</p>
        ) : (
          <>
            <Headers headers={Object.entries(attempt.response.headers)} />
            <Body text={attempt.response.body} label="the response body" />
            {attempt.response.cut && (
              <p className={styles.muted}>The answer was longer; only its beginning was read.</p>
            )}
          </>
        )}
      </Section>
    </>
  )
}

/** `503 Tried again`: the status, with what it meant. */
function AttemptOutcome({ journey, attempt }: { journey: JourneyView; attempt: Attempt }) {
  const entry = journey.journal
    .map(entryOf)
    .find(e => e.is === 'attempt' && e.touch === attempt.touch && e.n === attempt.n)
  const {
    icon: Icon,
    colour,
    word,
  } = attemptLook({
    status: attempt.status,
    outcome: attempt.outcome,
    retryAt: entry?.is === 'attempt' ? entry.retryAt : null,
  })
  return (
    <span className={styles.result} style={{ '--mark': `var(${colour})` } as CSSProperties}>
      <Icon size={14} aria-hidden />
      {attempt.status ?? 'No answer'} {word}
    </span>
  )
}

/** Headers behind a line that counts them. */
export function Headers({ headers }: { headers: readonly (readonly [string, string])[] }) {
  if (headers.length === 0) return null
  return (
    <details className={styles.headers}>
      <summary>{headers.length === 1 ? '1 header' : `${headers.length} headers`}</summary>
      <dl className={styles.headerList}>
        {headers.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

/** A body, laid out where it is JSON. */
export function Body({ text, label }: { text: string; label: string }) {
  const [raw, setRaw] = useState(false)
  if (text === '') return <p className={styles.muted}>Without a body.</p>
  const laidOut = pretty(text)
  return (
    <div className={styles.bodyText}>
      {laidOut !== text && (
        <fieldset className={styles.tabs} aria-label={`How to show ${label}`}>
          <button type="button" aria-pressed={!raw} onClick={() => setRaw(false)}>
            Pretty
          </button>
          <button type="button" aria-pressed={raw} onClick={() => setRaw(true)}>
            Raw
          </button>
        </fieldset>
      )}
      <CodeBlock text={raw ? text : laidOut} label={label} max={320} />
    </div>
  )
}
