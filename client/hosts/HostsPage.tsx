import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX, Hourglass, type LucideIcon, RotateCw } from 'lucide-react'
import { useState } from 'react'
import type { HostStatus } from '#shared/api/hosts'
import { useHosts } from '../api'
import { EmptyState, Loaded, Mono, Num, PageHeader, sayCount, sayPercent, useTitle, When } from '../ui'
import styles from './hosts.module.css'
import { LimitDialog } from './LimitDialog'
import { Receivers } from './Receivers'
import { SwitchOff } from './SwitchDialogs'

/** The hosts that webhooks go to: which of them fail, who waits for them, and what each may be sent. */
export function HostsPage() {
  useTitle('Endpoints')
  const query = useHosts()
  const [isSwitching, setSwitching] = useState(false)
  const [limiting, setLimiting] = useState<HostStatus | 'new'>()
  return (
    <>
      <PageHeader
        title="Endpoints"
        actions={
          <>
            <Button variant="default" onClick={() => setSwitching(true)}>
              Switch an endpoint off
            </Button>
            <Button variant="default" onClick={() => setLimiting('new')}>
              Limit an endpoint
            </Button>
          </>
        }
      />
      <Receivers />
      <Loaded query={query} what="the endpoints">
        {({ hosts, total, inFlight, connections }) =>
          hosts.length === 0 ? (
            <EmptyState title="No calls yet">
              An endpoint appears here with the first webhook that is sent to it since Hookline was started.
            </EmptyState>
          ) : (
            <>
              <p className={styles.more}>
                {sayCount(inFlight, 'call')} on the wire
                {connections === null ? '. ' : `, of at most ${sayCount(connections, 'call')} at once. `}
                <Link className="hl-link" to="/settings">
                  Calls at once in the settings
                </Link>
              </p>
              <HostTable hosts={hosts} onLimit={setLimiting} />
              {total > hosts.length && (
                <p className={styles.more}>
                  Those in trouble first; {sayCount(total - hosts.length, 'endpoint')} not shown.
                </p>
              )}
            </>
          )
        }
      </Loaded>
      {isSwitching && <SwitchOff address="" onClose={() => setSwitching(false)} />}
      {limiting !== undefined && (
        <LimitDialog host={limiting === 'new' ? null : limiting} onClose={() => setLimiting(undefined)} />
      )}
    </>
  )
}

function HostTable({ hosts, onLimit }: { hosts: readonly HostStatus[]; onLimit: (host: HostStatus) => void }) {
  return (
    <section className={styles.scroll} aria-label="Endpoints">
      <table className="hl-table">
        <thead>
          <tr>
            <th>Endpoint</th>
            <th className={styles.state}>State</th>
            <th className={`right ${styles.failed}`}>Failed in the last minute</th>
            <th className={`right ${styles.count}`}>On the wire</th>
            <th className={`right ${styles.count}`}>Waiting</th>
            <th className={styles.limit}>Limit</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(host => (
            <tr key={host.host}>
              <td>
                <Mono value={host.host} copy="the host" />
              </td>
              <td>
                <State host={host} />
              </td>
              <td className={styles.number}>
                {host.samples === 0 ? (
                  <span className={styles.none}>no calls</span>
                ) : (
                  <>
                    {sayPercent(host.errorRate)} <span className={styles.none}>of {host.samples}</span>
                  </>
                )}
              </td>
              <td className={styles.number}>
                <Num value={host.inFlight} />
              </td>
              <td className={styles.number}>
                <Num value={host.waiting} />
              </td>
              <td>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Limit of ${host.host}: ${sayLimit(host)}`}
                  onClick={() => onLimit(host)}
                >
                  {sayLimit(host)}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const looks: { readonly [S in HostStatus['state']]: { word: string; icon: LucideIcon; colour: string } } = {
  closed: { word: 'Answers', icon: CircleCheck, colour: '--hl-succeeded' },
  open: { word: 'Fails', icon: CircleX, colour: '--hl-failed' },
  'half-open': { word: 'Being tried', icon: RotateCw, colour: '--hl-waiting' },
  resting: { word: 'Asked us to wait', icon: Hourglass, colour: '--hl-waiting' },
}

function State({ host: { state, nextTry } }: { host: HostStatus }) {
  const { word, icon: Icon, colour } = looks[state]
  return (
    <span className={styles.look}>
      <Icon size={16} strokeWidth={1.75} style={{ color: `var(${colour})` }} aria-hidden />
      {word}
      {nextTry !== null && (
        <span className={styles.none}>
          next try <When at={nextTry} />
        </span>
      )}
    </span>
  )
}

function sayLimit({ connections, rate }: HostStatus): string {
  const parts = [
    ...(connections === null ? [] : [`${connections} at once`]),
    ...(rate === null ? [] : [`${rate.most} a ${rate.per}`]),
  ]
  return parts.length === 0 ? 'None' : parts.join(', ')
}
