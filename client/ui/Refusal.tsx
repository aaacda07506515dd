import { ApiError } from '../api/fetch'
import { Problems } from './Problems'
import { sayError } from './toast'
import styles from './ui.module.css'

/** What the server refused, beside the form that asked for it. Draws nothing when there is no error. */
export function Refusal({ what, error }: { what: string; error: unknown }) {
  if (error === undefined || error === null) return null
  const problems = error instanceof ApiError ? error.problems : []
  return (
    <div className={styles.refusal} role="alert">
      <p className={styles.refusalTitle}>{what}</p>
      {problems.length > 0 ? <Problems problems={problems} /> : <p className={styles.errorText}>{sayError(error)}</p>}
    </div>
  )
}
