import { Button } from '@mantine/core'
import { RotateCw, TriangleAlert } from 'lucide-react'
import { ApiError } from '../api/fetch'
import { Problems } from './Problems'
import { sayError } from './toast'
import styles from './ui.module.css'

interface Props {
  /** What could not be done: `The leads could not be loaded.` */
  readonly what: string
  readonly error: unknown
  readonly onRetry?: () => void
}

/** A failure in words: what, why, and a way to try again. */
export function ErrorState({ what, error, onRetry }: Props) {
  const problems = error instanceof ApiError ? error.problems : []
  return (
    <section className={styles.error} role="alert">
      <h2 className={styles.errorTitle}>
        <TriangleAlert size={18} aria-hidden /> {what}
      </h2>
      {problems.length > 0 ? <Problems problems={problems} /> : <p className={styles.errorText}>{sayError(error)}</p>}
      {onRetry !== undefined && (
        <Button variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </section>
  )
}
