import { CircleDot, CirclePause, CircleX, type LucideIcon, PowerOff } from 'lucide-react'
import type { CSSProperties } from 'react'
import type { SubscriptionView } from '#shared/api/subscriptions'
import styles from './subscriptions.module.css'

interface Look {
  readonly word: string
  readonly icon: LucideIcon
  readonly colour: string
}

const looks = {
  on: { word: 'On', icon: CircleDot, colour: '--hl-succeeded' },
  failing: { word: 'Fails', icon: CircleX, colour: '--hl-failed' },
  off: { word: 'Off', icon: CirclePause, colour: '--hl-skipped' },
  disabled: { word: 'Disabled', icon: PowerOff, colour: '--hl-failed' },
} as const satisfies Record<string, Look>

/** How a subscription stands, in a word with its icon. */
export function Standing({ subscription: { state, failures } }: { subscription: SubscriptionView }) {
  const { word, icon: Icon, colour } = looks[state === 'on' && failures > 0 ? 'failing' : state]
  return (
    <span className={styles.standing} style={{ '--standing': `var(${colour})` } as CSSProperties}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      {word}
    </span>
  )
}
