import { useQuery } from '@tanstack/react-query'
import { useHealth } from '../api'
import styles from './health.module.css'

/**
 * Whether times in zones are what their governments say by now: by the rules that the server's runtime knows, and by
 * this browser's, which shows times. Nothing, where both know the newest.
 */
export function ZoneRules() {
  const zones = useHealth().data?.zones
  const browser = useOutdatedHere().data
  const here = browser === undefined ? [] : [...browser.mended, ...browser.wrong]
  return (
    <>
      {zones !== undefined && zones.wrong.length > 0 && (
        <p className={styles.warning} role="alert">
          The zone rules of the server ({sayRules(zones.rules)}) are older than {zones.newest}: quiet hours and times
          are wrong in {zones.wrong.join(', ')}. Run Hookline on a newer Node.
        </p>
      )}
      {zones !== undefined && zones.mended.length > 0 && (
        <p className={styles.note}>
          The server’s Node knows the zone rules of {sayRules(zones.rules)}. What changed since, up to {zones.newest},
          is kept all the same: {zones.mended.join(', ')}.
        </p>
      )}
      {here.length > 0 && (
        <p className={styles.note}>
          This browser knows older zone rules: times that it shows for {here.join(', ')} may be an hour off. What is
          sent goes by the server. Update the browser.
        </p>
      )}
    </>
  )
}

function sayRules(release: string | null): string {
  return release ?? 'an unknown release'
}

/** The rules of zones come with the time library, which the first screen does without. */
function useOutdatedHere() {
  return useQuery({
    queryKey: ['outdated-zones'],
    queryFn: () => import('#shared/time/zone-rules').then(rules => rules.outdatedZones()),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
