import { visible } from '#shared/values/visible'
import { CopyButton } from './CopyButton'
import styles from './ui.module.css'

interface Props {
  readonly value: string
  /** What it is, for the copy button: `id`, `address`. Left out: no copy button. */
  readonly copy?: string
}

/** An id, an address or code on one line: cut off with a title when long, copied on hover or focus. */
export function Mono({ value, copy }: Props) {
  return (
    <span className={styles.mono}>
      <span className={styles.monoText} title={visible(value)}>
        {visible(value)}
      </span>
      {copy !== undefined && (
        <span className={styles.monoCopy}>
          <CopyButton text={value} what={copy} />
        </span>
      )}
    </span>
  )
}

/** Code over many lines, in its own scroll area that the keyboard reaches. */
export function CodeBlock({ text, label, max = 360 }: { text: string; label: string; max?: number }) {
  return (
    <div className={styles.codeBlock}>
      <div className={styles.codeCopy}>
        <CopyButton text={text} what={label} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard (axe: scrollable-region-focusable) */}
      <section className={styles.codeScroll} tabIndex={0} aria-label={label} style={{ maxHeight: max }}>
        <pre>{text}</pre>
      </section>
    </div>
  )
}
