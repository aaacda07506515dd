import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { LibraryWebhook } from '#shared/api/webhooks'
import { caller, stepOf } from '#shared/graph/library'
import { visible } from '#shared/values/visible'
import { useWebhooks } from '../api/library'
import { EmptyState, Loaded, PageHeader, useTitle, When } from '../ui'
import { NewWebhook } from './NewWebhook'
import { liveNames, sayUses } from './uses'
import styles from './webhooks.module.css'

/** The webhook library: what is defined once and used by many steps. */
export function WebhooksPage() {
  useTitle('Webhooks')
  const query = useWebhooks()
  const [adding, setAdding] = useState(false)
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => setAdding(true)}>
      New webhook
    </Button>
  )
  return (
    <>
      <PageHeader title="Webhooks" actions={query.data !== undefined && query.data.length > 0 && add} />
      <Loaded query={query} what="the webhooks">
        {webhooks =>
          webhooks.length === 0 ? (
            <EmptyState title="The library is empty" action={add}>
              Define a webhook once, and use it in many steps and campaigns. Changing it here changes it everywhere.
            </EmptyState>
          ) : (
            <WebhookTable webhooks={webhooks} />
          )
        }
      </Loaded>
      <NewWebhook opened={adding} onClose={() => setAdding(false)} />
    </>
  )
}

function WebhookTable({ webhooks }: { webhooks: readonly LibraryWebhook[] }) {
  return (
    <div className={styles.scroll}>
      <table className="hl-table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Request</th>
            <th className={styles.usesColumn}>Used by</th>
            <th className={styles.when}>Updated</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map(({ id, name, definition, uses, problems, updatedAt }) => (
            <tr key={id}>
              <td>
                <Link to="/webhooks/$id" params={{ id }} className="hl-row-link" title={visible(name)}>
                  {visible(name)}
                </Link>
              </td>
              <td className={styles.request} title={definition.request.url}>
                {caller.summary(stepOf(definition).config)}
                {problems.some(p => p.severity === 'error') && <span className={styles.broken}> · has problems</span>}
              </td>
              <td title={liveNames(uses).join(', ')}>
                {uses.length === 0 ? <span className={styles.muted}>Nobody</span> : sayUses(uses)}
              </td>
              <td>
                <When at={updatedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
