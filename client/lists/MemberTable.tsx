import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ListView, MembersPage } from '#shared/api/lists'
import { visible } from '#shared/values/visible'
import { toast, When } from '../ui'
import { useRemoveMembers } from './actions'
import styles from './lists.module.css'

const ROW_PX = 36
/** Rows drawn beyond the edge, and how near to the end the next page is asked for. */
const AHEAD = 16

type Member = MembersPage['members'][number]

interface Props {
  readonly list: ListView
  readonly members: readonly Member[]
  readonly more: boolean
  readonly isFetching: boolean
  readonly onMore: () => void
}

/** Who is on a list: a table of which only the visible rows exist; asks for the next page when its end comes near. */
export function MemberTable({ list, members, more, isFetching, onMore }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const remove = useRemoveMembers(list.id)
  const virtual = useVirtualizer({
    count: members.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
  })
  const rows = virtual.getVirtualItems()
  const isNearEnd = (rows.at(-1)?.index ?? 0) >= members.length - AHEAD
  useEffect(() => {
    if (isNearEnd && more && !isFetching) onMore()
  }, [isNearEnd, more, isFetching, onMore])

  const takeOff = (externalId: string) =>
    remove.mutate([externalId], {
      onSuccess: () => toast.done('Removed from the list', externalId),
      onError: error => toast.refused('The lead was not removed', error),
    })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.tableScroll} ref={scroller} tabIndex={0} aria-label="Leads on this list">
      <table className={`hl-table ${styles.table}`} aria-rowcount={list.members + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th>Id</th>
            <th>E-mail</th>
            <th className={styles.when}>Added</th>
            <th className={styles.act}>
              <span className={styles.unseen}>Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <Spacer px={rows[0]?.start ?? 0} />
          {rows.map(({ index }) => {
            const member = members[index]
            return member === undefined ? null : (
              <MemberRow key={member.lead.externalId} member={member} index={index} onRemove={takeOff} />
            )
          })}
          <Spacer px={virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
      <p className={styles.foot} role="status">
        {isFetching ? 'Loading more leads…' : ''}
      </p>
    </section>
  )
}

function Spacer({ px }: { px: number }) {
  return px > 0 ? (
    <tr aria-hidden className={styles.spacer}>
      <td colSpan={4} style={{ height: px }} />
    </tr>
  ) : null
}

function MemberRow(props: { member: Member; index: number; onRemove: (externalId: string) => void }) {
  const { externalId, attributes } = props.member.lead
  const email = typeof attributes['email'] === 'string' ? visible(attributes['email']) : ''
  return (
    <tr aria-rowindex={props.index + 2}>
      <td>
        <Link
          to="/leads/$externalId"
          params={{ externalId }}
          className={`hl-row-link ${styles.id}`}
          title={visible(externalId)}
        >
          {visible(externalId)}
        </Link>
      </td>
      <td title={email}>{email}</td>
      <td>
        <When at={props.member.addedAt} />
      </td>
      <td className={styles.act} data-free>
        <ActionIcon
          size={28}
          aria-label={`Remove ${externalId} from the list`}
          title="Remove from the list"
          onClick={() => props.onRemove(externalId)}
        >
          <X size={14} aria-hidden />
        </ActionIcon>
      </td>
    </tr>
  )
}
