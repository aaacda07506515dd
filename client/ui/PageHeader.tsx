import type { ReactNode } from 'react'
import { visible } from '#shared/values/visible'
import styles from './ui.module.css'

interface Props {
  readonly title: ReactNode
  /** Where this page lies, above the title: a link back. */
  readonly back?: ReactNode
  /** Beside the title: a status pill, a count. */
  readonly beside?: ReactNode
  /** At the right: at most one primary button. */
  readonly actions?: ReactNode
}

/** The head of every page: one h1, what it is, what can be done. */
export function PageHeader({ title, back, beside, actions }: Props) {
  return (
    <header className={styles.header}>
      <div className={styles.headerWords}>
        {back !== undefined && (
          <nav className={styles.headerBack} aria-label="Back">
            {back}
          </nav>
        )}
        <h1 className={styles.headerTitle} {...(typeof title === 'string' ? { title: visible(title) } : {})}>
          {typeof title === 'string' ? visible(title) : title}
        </h1>
        {beside}
      </div>
      {actions !== undefined && <div className={styles.headerActions}>{actions}</div>}
    </header>
  )
}
