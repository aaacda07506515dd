import { TriangleAlert } from 'lucide-react'
import { useHealth } from '../api'
import styles from './health.module.css'

/** What needs a person, though the server works on: its clock, its disk, its zone rules. Nothing, when all is well. */
export function ServerWarnings() {
  const warnings = useHealth().data?.warnings ?? []
  return warnings.map(({ code, message }) => (
    <p key={code} className={styles.warning} role="alert">
      <TriangleAlert size={16} aria-hidden />
      <span>{message}</span>
    </p>
  ))
}
