import type { KeyboardEvent } from 'react'
import type { SandboxCall } from '#shared/api'
import { When } from '../ui'
import styles from './sandbox.module.css'

interface Props {
  readonly calls: readonly SandboxCall[]
  readonly shown: number
  readonly onShow: (n: number) => void
}

/** Every path begins with it: the list leaves it out. */
const receiver = /^\/sandbox\/in(?=\/.)/

/** The calls, newest first. One is always shown; arrow keys go through them. */
export function CallList({ calls, shown, onShow }: Props) {
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = calls[calls.findIndex(({ n }) => n === shown) + by]
    if (by === 0 || next === undefined) return
    event.preventDefault()
    onShow(next.n)
    event.currentTarget.querySelector<HTMLElement>(`[data-n="${next.n}"]`)?.focus()
  }
  return (
    <ul className={styles.calls} onKeyDown={walk}>
      {calls.map(call => (
        <li key={call.n} className={styles.item}>
          <button
            type="button"
            data-n={call.n}
            className={styles.call}
            tabIndex={call.n === shown ? 0 : -1}
            aria-current={call.n === shown}
            onClick={() => onShow(call.n)}
          >
            <span className={styles.method}>{call.method}</span>
            <span className={styles.path} title={call.path}>
              {call.path.replace(receiver, '')}
            </span>
            <Answered status={call.answered} />
            <span className={styles.at}>
              <When at={call.at} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The status that was answered: `200`. */
export function Answered({ status }: { status: number }) {
  return (
    <span className={styles.answered} data-good={status < 400 || undefined} title={`Answered ${status}`}>
      {status}
    </span>
  )
}
