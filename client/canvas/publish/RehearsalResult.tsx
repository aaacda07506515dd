import { CircleCheck, CircleX, Flag, Hand, Hourglass, LogOut, Send } from 'lucide-react'
import { type CSSProperties, useEffect, useRef } from 'react'
import type { Outcome, Rehearsal } from '#shared/api/versions'
import { sayCount, sayNumber } from '../../ui'
import styles from './publish.module.css'

/**
 * What a dry run found, in sentences: how many would go where, and what would come next for those who were looked at.
 */
export function RehearsalResult({ rehearsal }: { rehearsal: Rehearsal }) {
  const { moved, exited, finishing, to, steps } = rehearsal
  const here = useRef<HTMLElement>(null)
  // It stands below what it was asked about, often out of view.
  useEffect(() => {
    // In braces: newer browsers answer a promise here, and React would call it as a clean-up.
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section ref={here} className={styles.rehearsal} aria-label="Result of the dry run" aria-live="polite">
      <p className={styles.verdict}>
        <CircleCheck size={16} aria-hidden className={styles.sign ?? ''} />
        <span>
          <strong>{sayCount(moved, 'lead')}</strong> would move to version {to}, <strong>{sayNumber(exited)}</strong>{' '}
          would leave, <strong>{sayNumber(finishing)}</strong> would finish where they are. Nothing was changed or sent.
        </span>
      </p>
      <ul className={styles.outcomes}>
        {steps.map(({ version, step, name, looked, waiting, outcomes }) => (
          <li key={`${version} ${step}`}>
            <p className={styles.outcomeHead}>
              {name} <span className={styles.muted}>version {version}</span>
              {looked < waiting && looked > 0 && (
                <span className={styles.muted}>
                  {' '}
                  · tried for {sayNumber(looked)} of {sayNumber(waiting)}
                </span>
              )}
            </p>
            {outcomes.length === 0 && (
              <p className={styles.muted}>None of the oldest leads stands here; none was tried.</p>
            )}
            <ul className={styles.outcomes}>
              {outcomes.map(outcome => (
                <OneOutcome key={`${outcome.what} ${outcome.step}`} outcome={outcome} of={looked} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  )
}

const looks = {
  'keeps-waiting': { icon: Hourglass, colour: '--hl-waiting', say: (at: string) => `would keep waiting in ${at}` },
  sends: { icon: Send, colour: '--hl-webhook', say: (at: string) => `would be sent the webhook ${at} at once` },
  held: { icon: Hand, colour: '--hl-held', say: (at: string) => `would come to ${at} and be held there` },
  waits: { icon: Hourglass, colour: '--hl-waiting', say: (at: string) => `would wait in ${at}` },
  finishes: { icon: Flag, colour: '--hl-succeeded', say: (at: string) => `would finish at once, in ${at}` },
  leaves: { icon: LogOut, colour: '--hl-skipped', say: () => 'would leave' },
  fails: { icon: CircleX, colour: '--hl-failed', say: (at: string) => `would fail in ${at}` },
} as const

function OneOutcome({ outcome: { what, name, leads, example }, of }: { outcome: Outcome; of: number }) {
  const { icon: Drawn, colour, say } = looks[what]
  const who = leads === of && of > 1 ? `All ${sayNumber(leads)}` : sayNumber(leads)
  return (
    <li className={styles.outcome} style={{ '--sign': `var(${colour})` } as CSSProperties}>
      <Drawn size={15} aria-hidden className={styles.sign ?? ''} />
      <span>
        {who} {say(`"${name}"`)}.
        <span className={styles.example}>
          {example.lead}: {example.text}
        </span>
      </span>
    </li>
  )
}
