import type { ReactNode } from 'react'
import styles from './ui.module.css'

interface Props {
  readonly title: string
  /** One or two sentences: why it is empty, what comes here. */
  readonly children?: ReactNode
  /** The one next act (two at most, on the first run). */
  readonly action?: ReactNode
  /** When it is the whole page, its title is the page's h1. */
  readonly isPage?: boolean
}

/** What stands where a list would be: a sentence and the one next act. Also for "nothing found". */
export function EmptyState({ title, children, action, isPage = false }: Props) {
  const Title = isPage ? 'h1' : 'h2'
  return (
    <section className={styles.empty} aria-label={title}>
      <Title className={styles.emptyTitle}>{title}</Title>
      {children !== undefined && <div className={styles.emptyText}>{children}</div>}
      {action !== undefined && <div className={styles.emptyAction}>{action}</div>}
    </section>
  )
}
