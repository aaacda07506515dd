import type { Report } from '#shared/api'
import { DAY } from '#shared/time/units'
import { sayNumber } from '../ui'
import { useNow } from '../ui/now'
import styles from './reports.module.css'

const DAYS = 30
const HEIGHT = 24

interface Props {
  readonly days: Report['goals'][number]['days']
  /** What is counted. */
  readonly label: string
}

/**
 * Conversions of the last 30 days (UTC) as bars, one a day; their sum and their best day in words for who cannot see
 * them.
 */
export function DayBars({ days, label }: Props) {
  const today = useNow(now => Math.floor(now / DAY) * DAY)
  const shown = Array.from({ length: DAYS }, (_, i) => today - (DAYS - 1 - i) * DAY).map(
    day => days.find(d => d.day === day)?.times ?? 0,
  )
  const most = Math.max(...shown)
  const sum = shown.reduce((total, n) => total + n, 0)
  const words = `${label}: ${sayNumber(sum)} in the last 30 days, at most ${sayNumber(most)} a day`
  return (
    <svg
      className={styles.dayBars}
      viewBox={`0 0 ${DAYS * 4} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      {shown.map((n, i) => {
        const height = n === 0 ? 1 : Math.max(2, (n / most) * HEIGHT)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a day is nothing but its place in the row
            key={i}
            x={i * 4}
            y={HEIGHT - height}
            width={3}
            height={height}
            className={n === 0 ? styles.dayNone : styles.dayBar}
          />
        )
      })}
    </svg>
  )
}
