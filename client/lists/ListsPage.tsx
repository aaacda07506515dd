import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListPlus } from 'lucide-react'
import { useState } from 'react'
import type { ListView } from '#shared/api/lists'
import { visible } from '#shared/values/visible'
import { useLists } from '../api'
import { EmptyState, Loaded, Num, PageHeader, useTitle, When } from '../ui'
import { useCreateList } from './actions'
import { ListDialog } from './ListDialog'
import styles from './lists.module.css'

/** All lists of leads, with how many are on each. */
export function ListsPage() {
  useTitle('Lists')
  const query = useLists()
  const create = useCreateList()
  const navigate = useNavigate()
  const [isCreating, setCreating] = useState(false)
  const open = () => {
    create.reset()
    setCreating(true)
  }
  return (
    <div className={styles.page}>
      <PageHeader
        title="Lists"
        actions={
          <Button leftSection={<ListPlus size={16} />} onClick={open}>
            New list
          </Button>
        }
      />
      <Loaded query={query} what="the lists">
        {lists => (lists.length === 0 ? <NoLists /> : <ListTable lists={lists} />)}
      </Loaded>
      <ListDialog
        title="New list"
        act="Create the list"
        refused="The list was not created."
        opened={isCreating}
        onClose={() => setCreating(false)}
        save={create}
        onSaved={({ id }) => void navigate({ to: '/lists/$id', params: { id } })}
      />
    </div>
  )
}

function NoLists() {
  return (
    <EmptyState title="No lists yet">
      A list holds leads that belong together: VIP customers, people who complained. Campaigns put leads on lists and
      take them off, and a CSV import can fill one.
    </EmptyState>
  )
}

function ListTable({ lists }: { lists: readonly ListView[] }) {
  return (
    <div className={styles.scroll}>
      <table className={`hl-table ${styles.table}`}>
        <thead>
          <tr>
            <th>Name</th>
            <th className={styles.count}>Leads</th>
            <th>Used by</th>
            <th className={styles.when}>Made</th>
          </tr>
        </thead>
        <tbody>
          {lists.map(list => (
            <tr key={list.id} className={styles.tall}>
              <td title={visible(list.name)}>
                <Link to="/lists/$id" params={{ id: list.id }} className="hl-row-link">
                  {visible(list.name)}
                </Link>
                {list.description !== '' && (
                  <div className={styles.about} title={visible(list.description)}>
                    {visible(list.description)}
                  </div>
                )}
              </td>
              <td className={styles.count}>
                <Num value={list.members} />
              </td>
              <td title={sayUsers(list)}>{sayUsers(list) || <span className={styles.none}>No campaign</span>}</td>
              <td>
                <When at={list.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The names of the campaigns that use a list: `Welcome, Win back`. */
function sayUsers({ usedBy }: ListView): string {
  return usedBy.map(u => u.name).join(', ')
}
