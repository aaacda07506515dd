import { Button, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { MigrationView } from '#shared/api/versions'
import { keys } from '../../api'
import { useMigration, versionKeys, versions } from '../../api/versions'
import { sayNumber, sayPercent, toast } from '../../ui'
import styles from './publish.module.css'

/** While leads are brought to another version: how far that has come, and a way to stop it. */
export function MigrationBanner({ id }: { id: string }) {
  const { data: migration } = useMigration(id)
  const cache = useQueryClient()
  const stop = useMutation({
    mutationFn: () => versions.stopMigration(id),
    onSuccess: stopped => cache.setQueryData(versionKeys.migration(id), stopped),
    onError: error => toast.refused('Not stopped', error),
  })
  useEnd(id, migration)
  if (migration?.status !== 'running') return null
  const done = migration.moved + migration.exited + migration.finishing
  const share = Math.min(1, done / Math.max(1, migration.total))
  return (
    <div className={styles.banner} role="status">
      <p>
        Bringing leads to version {migration.to}: {sayNumber(done)} of {sayNumber(migration.total)} ({sayPercent(share)}
        ).
      </p>
      <Progress className={styles.bar ?? ''} value={share * 100} aria-label="Leads who had their turn" />
      <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
        Stop here
      </Button>
    </div>
  )
}

/** Says what came of it once, when it was seen running. */
function useEnd(id: string, migration: MigrationView | null | undefined): void {
  const cache = useQueryClient()
  const wasRunning = useRef(false)
  useEffect(() => {
    const isRunning = migration?.status === 'running'
    if (wasRunning.current && !isRunning && migration) {
      const { moved, exited, finishing, to, status } = migration
      const rest = `${sayNumber(exited)} left, ${sayNumber(finishing)} finish on their version.`
      toast.done(
        status === 'cancelled'
          ? `Stopped: ${sayNumber(moved)} were moved to version ${to}`
          : `${sayNumber(moved)} were moved to version ${to}`,
        status === 'cancelled' ? 'The others finish on the version they began.' : rest,
      )
      for (const queryKey of [versionKeys.history(id), keys.report(id)]) void cache.invalidateQueries({ queryKey })
    }
    wasRunning.current = isRunning
  }, [migration, cache, id])
}
