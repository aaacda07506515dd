import { BUCKETS } from '#shared/rules/assignment'
import type { AssignedBy } from '#shared/rules/experiments'
import { sayAhead } from '#shared/rules/statistics/winner'
import { sayNumber, sayPercent } from '../ui'
import styles from './inspector.module.css'
import { Seen } from './Seen'

interface Props {
  readonly bucket: number
  readonly range: readonly [number, number]
  readonly label: string
  readonly by: AssignedBy | undefined
  readonly zone: string
}

/**
 * Why the lead got its variant: its turn, or its bucket on the scale of all buckets and the slice that holds it, and
 * what was decided.
 */
export function Bucket(props: Props) {
  const { by, zone } = props
  if (by?.is === 'rotation')
    return (
      <p className={styles.muted}>
        Variants take turns, in exact proportion to their weights. This was lead {sayNumber(by.turn)} of the rotation.
      </p>
    )
  if (by?.is === 'kept')
    return (
      <p className={styles.muted}>
        It was given {props.label} earlier in this journey, before it was brought to this version, and keeps it.
      </p>
    )
  return (
    <>
      <Scale {...props} />
      {by?.is === 'winner' && (
        <Seen
          zone={zone}
          values={{
            decidedAt: by.since,
            decidedBy: by.by === 'hand' ? 'somebody, by hand' : 'the rule of the step',
            ...(by.ahead === null ? {} : { winner: sayAhead(by.ahead) }),
          }}
        />
      )}
      {by?.is === 'weights' && <Seen zone={zone} values={{ weighedAt: by.since }} />}
    </>
  )
}

function Scale({ bucket, range: [from, to], label, by }: Props) {
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
        A hash of the campaign, this step and {by?.is === 'entry' ? 'this entry of the lead' : 'the lead'} gives bucket{' '}
        {sayNumber(bucket)} of {sayNumber(BUCKETS)}, {steadinessOf(by, to)}. {label} holds {sayNumber(from)} to{' '}
        {sayNumber(to - 1)} ({sayPercent((to - from) / BUCKETS)}).
      </p>
    </>
  )
}

/** A winner gets all buckets but control's, where there is a control group: `to` is where it begins. */
function steadinessOf(by: AssignedBy | undefined, to: number): string {
  if (by?.is === 'winner' && to === BUCKETS) return 'and there is no control group that would keep it out'
  return steadiness[by?.is ?? 'hash']
}

const steadiness: { readonly [B in AssignedBy['is'] | 'hash']: string } = {
  hash: 'at every re-entry the same',
  entry: 'at every re-entry another',
  weights: 'at every re-entry the same, while the weights move',
  winner: 'which is not in the control group',
  rotation: '',
  kept: '',
}
