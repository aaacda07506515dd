import styles from './reports.module.css'
import { signed } from './signed'

interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Both ends of the scale that all intervals of one table share, as fractions; zero lies on it. */
export interface Axis {
  readonly from: number
  readonly to: number
}

const HEIGHT = 24
const MIDDLE = HEIGHT / 2
/** Room at both ends, as a share of the width, so that no end touches the edge. */
const MARGIN = 0.06

/** The scale on which every one of these intervals, and zero, can be drawn. */
export function axisOf(intervals: readonly Interval[]): Axis {
  const from = Math.min(0, ...intervals.map(({ low }) => low))
  const to = Math.max(0, ...intervals.map(({ high }) => high))
  const margin = (to - from || 1) * MARGIN
  return { from: from - margin, to: to + margin }
}

/**
 * An interval as a line with two ends, its value as a dot, and the line of no difference. Says the same as the figures
 * beside it.
 */
export function IntervalBar({
  interval: { value, low, high },
  axis,
  colour,
}: {
  interval: Interval
  axis: Axis
  colour: string
}) {
  const x = (at: number) => placeOn(axis, at)
  return (
    <svg className={styles.intervalBar} height={HEIGHT} aria-hidden="true">
      <line className={styles.zero} x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} />
      <g stroke={`var(${colour})`} strokeWidth={2}>
        <line x1={x(low)} x2={x(high)} y1={MIDDLE} y2={MIDDLE} />
        <line x1={x(low)} x2={x(low)} y1={MIDDLE - 4} y2={MIDDLE + 4} />
        <line x1={x(high)} x2={x(high)} y1={MIDDLE - 4} y2={MIDDLE + 4} />
      </g>
      <circle cx={x(value)} cy={MIDDLE} r={4} fill={`var(${colour})`} />
    </svg>
  )
}

/** Where zero lies, and how far the scale reaches to each side. */
export function IntervalAxis({ axis }: { axis: Axis }) {
  const digits = axis.to - axis.from < 0.02 ? 2 : 1
  const ends = [axis.from, axis.to].filter(end => Math.abs(end) > (axis.to - axis.from) * 0.25)
  return (
    <svg className={styles.intervalBar} height={16} aria-hidden="true">
      {ends.map(end => (
        <text key={end} x={end < 0 ? '0%' : '100%'} y={12} textAnchor={end < 0 ? 'start' : 'end'}>
          {signed(Math.max(-1, Math.min(1, end)), digits)}
        </text>
      ))}
      <text x={placeOn(axis, 0)} y={12} textAnchor="middle">
        0
      </text>
    </svg>
  )
}

function placeOn({ from, to }: Axis, at: number): string {
  return `${((at - from) / (to - from)) * 100}%`
}
