import { Num } from './Num'
import styles from './ui.module.css'

/** What a long job came to: figures by name, in a row. */
export function Counts({ counts }: { counts: Readonly<Record<string, number>> }) {
  return (
    <dl className={styles.counts}>
      {Object.entries(counts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Num value={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
