import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { LeadView } from '#shared/api'
import { visible } from '#shared/values/visible'
import { When } from '../ui'
import { emailOf, nameOf } from './lead-words'
import styles from './leads.module.css'

const ROW_PX = 36
/** Rows drawn beyond the edge, and how near to the end the next page is asked for. */
const AHEAD = 16

interface Props {
  readonly leads: readonly LeadView[]
  readonly total: number
  readonly more: boolean
  readonly isFetching: boolean
  readonly onMore: () => void
}

/** Leads as a table of which only the visible rows exist; asks for the next page when its end comes near. */
export function LeadTable({ leads, total, more, isFetching, onMore }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: leads.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
  })
  const rows = virtual.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  const isNearEnd = last >= leads.length - AHEAD
  useEffect(() => {
    if (isNearEnd && more && !isFetching) onMore()
  }, [isNearEnd, more, isFetching, onMore])

  const above = rows[0]?.start ?? 0
  const below = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} ref={scroller} tabIndex={0} aria-label="Leads">
      <table className={`hl-table ${styles.table}`} aria-rowcount={total + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th>Id</th>
            <th>E-mail</th>
            <th>Name</th>
            <th className={styles.zone}>Time zone</th>
            <th className={styles.when}>Updated</th>
          </tr>
        </thead>
        <tbody>
          <Spacer px={above} />
          {rows.map(({ index }) => {
            const lead = leads[index]
            return lead === undefined ? null : <LeadRow key={lead.externalId} lead={lead} index={index} />
          })}
          <Spacer px={below} />
        </tbody>
      </table>
      <p className={styles.tableFoot} role="status">
        {isFetching ? 'Loading more leads…' : ''}
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

function LeadRow({ lead, index }: { lead: LeadView; index: number }) {
  const { externalId, attributes, zone, updatedAt, mergedFrom } = lead
  const email = visible(emailOf(attributes) ?? '')
  const name = visible(nameOf(attributes) ?? '')
  return (
    <tr aria-rowindex={index + 2}>
      <td>
        <Link
          to="/leads/$externalId"
          params={{ externalId }}
          className={`hl-row-link ${styles.id}`}
          title={visible(externalId)}
        >
          {visible(externalId)}
        </Link>
        {mergedFrom !== undefined && (
          <span className={styles.merged} title={`${visible(mergedFrom)} was merged into this lead`}>
            merged from {visible(mergedFrom)}
          </span>
        )}
      </td>
      <td title={email}>{email}</td>
      <td title={name}>{name}</td>
      <td title={zone ?? undefined}>{zone ?? <span className={styles.none}>Not known</span>}</td>
      <td>
        <When at={updatedAt} />
      </td>
    </tr>
  )
}
