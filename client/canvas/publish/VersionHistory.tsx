import { Button, Drawer } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { VersionHistory as History, MigrationView } from '#shared/api/versions'
import type { Difference } from '#shared/graph/diff'
import type { Graph } from '#shared/graph/schema'
import { api } from '../../api'
import { useVersions } from '../../api/versions'
import { Confirm, Loaded, sayCount, sayNumber, When } from '../../ui'
import { Differences } from './Differences'
import { MigrateDialog } from './PublishDialog'
import styles from './publish.module.css'

type Version = History['versions'][number]

interface Props {
  readonly id: string
  readonly onClose: () => void
  /** Called with the graph that is to be the draft from now on. */
  readonly onRestore: (graph: Graph, version: number) => void
}

/** Every version of a campaign: when it was published, what it changed, who still walks it; and the way back to one. */
export function VersionHistory({ id, onClose, onRestore }: Props) {
  const query = useVersions(id)
  const [restoring, setRestoring] = useState<number | null>(null)
  const [migrating, setMigrating] = useState(false)
  const newest = query.data?.find(v => v.isLive)?.version
  const restore = useMutation({
    mutationFn: (version: number) => api.version(id, version),
    onSuccess: ({ graph, version }) => {
      setRestoring(null)
      onRestore(graph, version)
      onClose()
    },
  })
  return (
    <>
      <Drawer opened onClose={onClose} position="right" size={480} title="Versions">
        <Loaded query={query} what="the versions">
          {all => (
            <>
              {all.some(v => !v.isLive && v.inside > 0) && (
                <div className={styles.older}>
                  <p>
                    {sayCount(
                      all.filter(v => !v.isLive).reduce((sum, v) => sum + v.inside, 0),
                      'lead',
                    )}{' '}
                    still on earlier versions.
                  </p>
                  <Button variant="default" onClick={() => setMigrating(true)}>
                    Bring them to v{all[0]?.version}…
                  </Button>
                </div>
              )}
              <ol className={styles.versions}>
                {all.map(version => (
                  <OneVersion key={version.version} of={version} onRestore={() => setRestoring(version.version)} />
                ))}
              </ol>
            </>
          )}
        </Loaded>
      </Drawer>
      <Confirm
        opened={restoring !== null}
        title={`Make version ${restoring} the draft?`}
        act="Replace the draft"
        refused="The version could not be loaded."
        busy={restore.isPending}
        error={restore.error}
        onConfirm={() => restoring !== null && restore.mutate(restoring)}
        onClose={() => {
          setRestoring(null)
          restore.reset()
        }}
      >
        All steps and settings of the draft are replaced by those of version {restoring}. What is live stays as it is
        until you publish again.
      </Confirm>
      {migrating && newest !== undefined && (
        <MigrateDialog id={id} liveVersion={newest} onClose={() => setMigrating(false)} />
      )}
    </>
  )
}

function OneVersion({ of, onRestore }: { of: Version; onRestore: () => void }) {
  const { version, publishedAt, isLive, inside, difference, migrations } = of
  const [open, setOpen] = useState(isLive)
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <li className={styles.version}>
      <div className={styles.versionHead}>
        <h3 className={styles.versionName}>
          Version {version} {isLive && <span className={styles.tag}>live</span>}
        </h3>
        <span className={styles.muted}>
          <When at={publishedAt} />
        </span>
        <Button
          className={styles.restore ?? ''}
          variant="subtle"
          color="gray"
          onClick={onRestore}
          aria-label={`Restore as draft: version ${version}`}
        >
          Restore as draft
        </Button>
      </div>
      <p className={styles.muted}>{inside === 0 ? 'Nobody walks it now.' : `${sayCount(inside, 'lead')} inside.`}</p>
      {migrations.map(migration => (
        <p key={migration.begunAt} className={styles.muted}>
          {sayMigration(migration)}
        </p>
      ))}
      {difference !== null && (
        <>
          <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Chevron size={14} aria-hidden /> {sayChanges(difference)}
          </button>
          {open && <Differences difference={difference} />}
        </>
      )}
    </li>
  )
}

function sayChanges({ steps, ways, settings }: Difference): string {
  const n = steps.length + ways.length + settings.length
  return n === 0 ? 'No difference to the version before' : `${sayCount(n, 'difference')} to the version before`
}

function sayMigration({ status, moved, exited, finishing }: MigrationView): string {
  const said = `${sayNumber(moved)} moved to it, ${sayNumber(exited)} left, ${sayNumber(finishing)} finish on their version`
  return { running: `Under way: ${said}.`, done: `${said}.`, cancelled: `${said}, then it was stopped.` }[status]
}
