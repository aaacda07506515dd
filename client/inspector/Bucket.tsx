import { BUCKETS } from '#shared/rules/assignment'
import { sayNumber, sayPercent } from '../ui'
import styles from './inspector.module.css'

interface Props {
  readonly bucket: number
  readonly range: readonly [number, number]
  readonly label: string
}

/** Where the lead's bucket lies on the scale of all buckets, and the slice that holds it. */
export function Bucket({ bucket, range: [from, to], label }: Props) {
  const share = (n: number) => `${(n / BUCKETS) * 100}%`
  return (
    <>
      <div className={styles.scale} aria-hidden>
        <span className={styles.slice} style={{ left: share(from), width: share(to - from) }}>
          {label}
        </span>
        <span className={styles.needle} style={{ left: share(bucket) }} />
      </div>
      <p className={styles.muted}>
        A hash of the campaign, this step and the lead gives bucket {sayNumber(bucket)} of {sayNumber(BUCKETS)}, at
        every re-entry the same. {label} holds {sayNumber(from)} to {sayNumber(to - 1)} (
        {sayPercent((to - from) / BUCKETS)}).
      </p>
    </>
  )
}
