import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2, UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { ListView } from '#shared/api/lists'
import { useList, useMembers } from '../api'
import { Confirm, CopyButton, EmptyState, Loaded, Mono, PageHeader, sayCount, toast, useTitle } from '../ui'
import { AddMembers } from './AddMembers'
import { useDeleteList, useSaveList } from './actions'
import { ListDialog } from './ListDialog'
import styles from './lists.module.css'
import { MemberTable } from './MemberTable'

type Asking = 'add' | 'rename' | 'delete' | null

/** One list: who is on it, and what can be done with it. */
export function ListPage({ id }: { id: string }) {
  return (
    <Loaded query={useList(id)} what="the list">
      {list => <Shown list={list} />}
    </Loaded>
  )
}

function Shown({ list }: { list: ListView }) {
  useTitle(list.name)
  const [asking, setAsking] = useState<Asking>(null)
  const close = () => setAsking(null)
  return (
    <div className={styles.page}>
      <PageHeader
        back={
          <Link to="/lists" className="hl-link">
            Lists
          </Link>
        }
        title={list.name}
        beside={
          <span className={styles.total} role="status">
            {sayCount(list.members, 'lead')}
          </span>
        }
        actions={
          <>
            <Button variant="subtle" color="red" leftSection={<Trash2 size={16} />} onClick={() => setAsking('delete')}>
              Delete
            </Button>
            <Button variant="default" leftSection={<Pencil size={16} />} onClick={() => setAsking('rename')}>
              Rename
            </Button>
            <Button leftSection={<UserPlus size={16} />} onClick={() => setAsking('add')}>
              Add leads
            </Button>
          </>
        }
      />
      <About list={list} />
      <Members list={list} />
      <AddMembers list={list} opened={asking === 'add'} onClose={close} />
      <Rename list={list} opened={asking === 'rename'} onClose={close} />
      <Delete list={list} opened={asking === 'delete'} onClose={close} />
    </div>
  )
}

function About({ list: { id, description, usedBy } }: { list: ListView }) {
  return (
    <div className={styles.intro}>
      {description !== '' && <p>{description}</p>}
      <p className={styles.none}>
        Id <Mono value={id} /> <CopyButton text={id} what="the id of the list" />
        {usedBy.length > 0 && (
          <>
            {' · '}Used by{' '}
            {usedBy.map((user, i) => (
              <span key={user.id}>
                {i > 0 && ', '}
                <Link className="hl-link" to="/campaigns/$id" params={{ id: user.id }}>
                  {user.name}
                </Link>
              </span>
            ))}
          </>
        )}
      </p>
    </div>
  )
}

function Members({ list }: { list: ListView }) {
  const query = useMembers(list.id)
  return (
    <Loaded query={{ data: query.data?.pages, error: query.error, refetch: query.refetch }} what="the members">
      {pages => {
        const members = pages.flatMap(page => page.members)
        if (members.length === 0)
          return (
            <EmptyState title="Nobody is on this list">
              Add leads by their ids, import a CSV file with this list chosen, or let a campaign do it with the step Add
              to list.
            </EmptyState>
          )
        return (
          <MemberTable
            list={list}
            members={members}
            more={query.hasNextPage}
            isFetching={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
          />
        )
      }}
    </Loaded>
  )
}

interface DialogProps {
  readonly list: ListView
  readonly opened: boolean
  readonly onClose: () => void
}

function Rename({ list, opened, onClose }: DialogProps) {
  return (
    <ListDialog
      title="Rename the list"
      act="Save"
      refused="The list was not renamed."
      list={list}
      opened={opened}
      onClose={onClose}
      save={useSaveList(list.id)}
      onSaved={onClose}
    />
  )
}

function Delete({ list, opened, onClose }: DialogProps) {
  const remove = useDeleteList(list.id)
  const navigate = useNavigate()
  const done = () => {
    toast.done('The list was deleted', list.name)
    void navigate({ to: '/lists' })
  }
  return (
    <Confirm
      opened={opened}
      title="Delete this list?"
      act="Delete the list"
      refused="The list was not deleted."
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: done })}
      onClose={onClose}
    >
      <strong>{list.name}</strong> is deleted, and who was on it is forgotten. Its {sayCount(list.members, 'lead')} stay
      as leads. This cannot be undone.
    </Confirm>
  )
}
