import { CircleCheck, CircleX } from 'lucide-react'
import type { SubscriptionTested } from '#shared/api/subscriptions'
import { CodeBlock, pretty, sayNumber } from '../ui'
import styles from './subscriptions.module.css'

/** What a test sent, and what came back. */
export function TestResults({ tests }: SubscriptionTested) {
  return (
    <section aria-labelledby="tested" aria-live="polite">
      <h2 id="tested">Test</h2>
      <ul className={styles.sends}>
        {tests.map(({ event, ok, status, fault, ms, body, answer }) => (
          <li key={event}>
            <span className={styles.send}>
              {ok ? (
                <CircleCheck size={16} strokeWidth={1.75} className={styles.well} aria-hidden />
              ) : (
                <CircleX size={16} strokeWidth={1.75} className={styles.ill} aria-hidden />
              )}
              <code>{event}</code>
              <span className={styles.muted}>
                {fault ?? `Answered ${status}`} after {sayNumber(Math.round(ms))} ms
              </span>
            </span>
            <details>
              <summary>What was sent</summary>
              <CodeBlock text={pretty(body)} label="the request" />
              {answer !== null && answer !== '' && <CodeBlock text={pretty(answer)} label="the answer" />}
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
