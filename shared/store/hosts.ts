import type { RateLimit } from '../rules/rate'
import { all, run, sql, type Work } from './work'

/** What somebody set for a host. */
export interface StoredHost {
  readonly host: string
  readonly connections: number | null
  readonly rate: RateLimit | null
}

interface HostRow {
  readonly host: string
  readonly connections: number | null
  readonly most: number | null
  readonly per: RateLimit['per'] | null
}

export function* allHosts(): Work<readonly StoredHost[]> {
  const rows = yield* all<HostRow>(sql`select host, connections, most, per from hosts order by host`)
  return rows.map(({ host, connections, most, per }) => ({
    host,
    connections,
    rate: most === null || per === null ? null : { most, per },
  }))
}

export function* putHost({ host, connections, rate }: StoredHost): Work<void> {
  yield* run(sql`
    insert into hosts (host, connections, most, per) values (${host}, ${connections}, ${rate?.most ?? null}, ${rate?.per ?? null})
    on conflict (host) do update set connections = excluded.connections, most = excluded.most, per = excluded.per`)
}
