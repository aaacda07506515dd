import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { ActivityRow } from '#shared/api/activity'
import { visible } from '#shared/values/visible'
import { When } from '../ui'
import styles from './activity.module.css'
import { SendOutcome } from './outcome'

const ROW_PX = 36
/** Rows drawn beyond the edge, and how near to the end the next page is asked for. */
const AHEAD = 16

interface Props {
  readonly rows: readonly ActivityRow[]
  readonly selected: string | undefined
  readonly more: boolean
  readonly isFetching: boolean
  readonly onMore: () => void
  readonly onSelect: (id: string) => void
}

/** Sends as a table of which only the visible rows exist. */
export function ActivityTable({ rows, selected, more, isFetching, onMore, onSelect }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
  })
  const drawn = virtual.getVirtualItems()
  const isNearEnd = (drawn.at(-1)?.index ?? 0) >= rows.length - AHEAD
  useEffect(() => {
    if (isNearEnd && more && !isFetching) onMore()
  }, [isNearEnd, more, isFetching, onMore])

  const above = drawn[0]?.start ?? 0
  const below = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.scroll} ref={scroller} tabIndex={0} aria-label="Sends">
      <table className={`hl-table ${styles.table}`} aria-rowcount={more ? -1 : rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th className={styles.colOutcome}>Outcome</th>
            <th className={styles.colLead}>Lead</th>
            <th>Campaign and step</th>
            <th>Request</th>
            <th className={styles.colWhen}>When</th>
          </tr>
        </thead>
        <tbody>
          <Spacer px={above} />
          {drawn.map(({ index }) => {
            const row = rows[index]
            return row === undefined ? null : (
              <SendRow key={row.id} row={row} index={index} isSelected={row.id === selected} onSelect={onSelect} />
            )
          })}
          <Spacer px={below} />
        </tbody>
      </table>
      <p className={styles.foot} role="status">
        {isFetching ? 'Looking further back…' : ''}
      </p>
    </section>
  )
}

function Spacer({ px }: { px: number }) {
  return px > 0 ? (
    <tr aria-hidden className={styles.spacer}>
      <td colSpan={5} style={{ height: px }} />
    </tr>
  ) : null
}

interface RowProps {
  readonly row: ActivityRow
  readonly index: number
  readonly isSelected: boolean
  readonly onSelect: (id: string) => void
}

function SendRow({ row, index, isSelected, onSelect }: RowProps) {
  const { id, method, host, at, waitsUntil, waitsFor } = row
  const [lead, campaignName, stepName] = [visible(row.lead), visible(row.campaignName), visible(row.stepName)]
  const url = row.url === null ? null : visible(row.url)
  const path = url === null ? null : url.replace(/^https?:\/\//, '')
  return (
    <tr aria-rowindex={index + 2} data-selected={isSelected || undefined}>
      <td>
        <button
          type="button"
          className={`hl-row-link ${styles.open}`}
          aria-pressed={isSelected}
          onClick={() => onSelect(id)}
        >
          <SendOutcome row={row} />
          <span className="hl-hidden"> for {lead}</span>
        </button>
      </td>
      <td className={styles.mono} title={lead}>
        {lead}
      </td>
      <td title={`${campaignName} · ${stepName}`}>
        {stepName} <span className={styles.muted}>in {campaignName}</span>
      </td>
      <td title={url ?? undefined}>
        {path === null ? (
          <span className={styles.muted}>{host || 'Not filled in yet'}</span>
        ) : (
          <span className={styles.mono}>
            {method} {path}
          </span>
        )}
      </td>
      <td>
        {at !== null && <When at={at} />}
        {at === null && waitsUntil !== null && <When at={waitsUntil} />}
        {at === null && waitsUntil === null && (
          <span className={styles.muted}>{waitsFor === 'receiver' ? 'Endpoint off' : 'After the pause'}</span>
        )}
      </td>
    </tr>
  )
}
