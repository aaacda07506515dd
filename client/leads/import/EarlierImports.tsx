import { Download } from 'lucide-react'
import type { ImportStatus, ImportView } from '#shared/api'
import { visible } from '#shared/values/visible'
import { rejectedRowsAddress } from '../../api'
import { type PillStatus, StatusPill, sayCount, sayNumber, sayPercent, When } from '../../ui'
import styles from './import.module.css'

const pills: Readonly<Record<ImportStatus, PillStatus>> = {
  running: 'running',
  done: 'finished',
  cancelled: 'stopped',
  failed: 'failed',
}

interface Props {
  readonly imports: readonly ImportView[]
  readonly onOpen: (id: string) => void
}

/** Imports that run, and what became of those before. Nothing, where there is none. */
export function EarlierImports({ imports, onOpen }: Props) {
  if (imports.length === 0) return null
  return (
    <section className={styles.earlier} aria-labelledby="earlier-imports">
      <h3 id="earlier-imports">Imports</h3>
      <ul>
        {imports.map(one => (
          <li key={one.id}>
            <div className={styles.earlierHead}>
              <button type="button" className="hl-link" title={visible(one.name)} onClick={() => onOpen(one.id)}>
                {visible(one.name) || 'A file without a name'}
              </button>
              <StatusPill status={pills[one.status]} />
            </div>
            <p>
              <span>{sayOutcome(one)}</span>
              {one.rejected > 0 && one.status !== 'running' && (
                <a
                  className="hl-link"
                  href={rejectedRowsAddress(one.id)}
                  download={`rejected-${one.name || 'rows.csv'}`}
                >
                  <Download size={13} aria-hidden /> {sayCount(one.rejected, 'rejected row')}
                </a>
              )}
              <When at={one.endedAt ?? one.begunAt} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function sayOutcome({ status, rows, created, updated, bytesRead, bytesTotal }: ImportView): string {
  if (status === 'running')
    return `${sayPercent(bytesTotal === 0 ? 0 : bytesRead / bytesTotal)}, ${sayCount(rows, 'row')}`
  return `${sayCount(rows, 'row')}: ${sayNumber(created)} added, ${sayNumber(updated)} updated`
}
