import { sayNumber, sayPercent } from './say'
import styles from './ui.module.css'

/** A count with separators and figures that line up. */
export function Num({ value }: { value: number }) {
  return <span className={styles.num}>{sayNumber(value)}</span>
}

/** A percentage with its base: `12.4 % of 1,903`. A dash when there is no base yet. */
export function Share({ share, of }: { share: number | null; of: number }) {
  if (share === null) return <span className={styles.muted}>no leads yet</span>
  return (
    <span className={styles.num}>
      {sayPercent(share)} <span className={styles.muted}>of {sayNumber(of)}</span>
    </span>
  )
}
