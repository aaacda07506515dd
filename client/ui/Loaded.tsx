import { Skeleton } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { ErrorState } from './ErrorState'
import styles from './ui.module.css'

/** A shorter wait shows nothing: a skeleton that flashes is noise. */
const LATE_MS = 200

interface Query<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

interface Props<T> {
  readonly query: Query<T>
  /** What is loaded, for the sentence of a failure: `the leads`. */
  readonly what: string
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}

/**
 * Draws what a query brought; before that a skeleton (after 200 ms) or the failure with a retry. Old data stays,
 * marked, when a refresh fails.
 */
export function Loaded<T>({ query, what, rows = 6, children }: Props<T>) {
  if (query.data === undefined && query.error)
    return <ErrorState what={`Could not load ${what}.`} error={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <Loading what={what} rows={rows} />
  return (
    <>
      {Boolean(query.error) && (
        <p className={styles.stale} role="status">
          These figures are not fresh: the server does not answer. Trying again.
        </p>
      )}
      {children(query.data)}
    </>
  )
}

/** Grey rows where content will be, after 200 ms. */
export function Loading({ what, rows = 6 }: { what: string; rows?: number }) {
  const late = useLate(LATE_MS)
  if (!late) return null
  return (
    <div className={styles.loading} role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have nothing else
        <Skeleton key={row} height={16} width={`${92 - ((row * 17) % 40)}%`} />
      ))}
    </div>
  )
}

/** True once the component has been on screen for `ms`. */
export function useLate(ms: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return late
}
