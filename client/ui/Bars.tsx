import styles from './ui.module.css'

interface Part {
  readonly label: string
  readonly value: number
  /** A token of tokens.css: `--hl-waiting`. */
  readonly colour: string
}

const HEIGHT = 8
/** Between two parts, in % of the bar. */
const GAP = 0.2

/** One bar whose parts add up to the whole. Says the same as the figures beside it, so a screen reader skips it. */
export function StackedBar({ parts }: { parts: readonly Part[] }) {
  const filled = parts.filter(({ value }) => value > 0)
  const sum = filled.reduce((total, { value }) => total + value, 0)
  let x = 0
  return (
    <svg className={styles.bar} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <rect className={styles.barTrack} width={100} height={HEIGHT} />
      {filled.map(({ label, value, colour }, i) => {
        const width = (value / sum) * 100
        const from = x
        x += width
        return (
          <rect
            key={label}
            x={from}
            width={Math.max(width - (i < filled.length - 1 ? GAP : 0), GAP)}
            height={HEIGHT}
            fill={`var(${colour})`}
          />
        )
      })}
    </svg>
  )
}

/** A share of a whole (0 to 1) as a bar; beside its figure, so a screen reader skips it. */
export function ShareBar({ share, colour }: { share: number; colour: string }) {
  const width = Math.min(Math.max(share, 0), 1) * 100
  return (
    <svg className={styles.bar} viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <rect className={styles.barTrack} width={100} height={HEIGHT} />
      <rect width={width} height={HEIGHT} fill={`var(${colour})`} />
    </svg>
  )
}
