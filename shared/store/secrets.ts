import { all, run, sql, type Work } from './work'

export type SecretKind = 'text' | 'signing'

/** A secret as it is stored: sealed. */
export interface SealedSecret {
  readonly name: string
  readonly kind: SecretKind
  readonly ciphertext: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly usedAt: number | null
  /** Where it may go (shared/rules/secret-hosts.ts); none: it is not bound yet. */
  readonly hosts: readonly string[]
}

interface SecretRow {
  readonly name: string
  readonly kind: SecretKind
  readonly ciphertext: string
  readonly created_at: number
  readonly updated_at: number
  readonly used_at: number | null
  readonly hosts: string
}

export function* allSecrets(): Work<readonly SealedSecret[]> {
  return (yield* all<SecretRow>(sql`select * from secrets order by name`)).map(row => ({
    name: row.name,
    kind: row.kind,
    ciphertext: row.ciphertext,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    usedAt: row.used_at,
    hosts: JSON.parse(row.hosts) as string[],
  }))
}

export function* putSecret({ name, kind, ciphertext, createdAt, updatedAt, hosts }: SealedSecret): Work<void> {
  yield* run(sql`
    insert into secrets (name, kind, ciphertext, created_at, updated_at, hosts)
    values (${name}, ${kind}, ${ciphertext}, ${createdAt}, ${updatedAt}, ${JSON.stringify(hosts)})
    on conflict (name) do update set
      kind = excluded.kind, ciphertext = excluded.ciphertext, updated_at = excluded.updated_at, hosts = excluded.hosts`)
}

export function* secretUsed(name: string, at: number): Work<void> {
  yield* run(sql`update secrets set used_at = ${at} where name = ${name}`)
}

export function* bindSecret(name: string, hosts: readonly string[]): Work<void> {
  yield* run(sql`update secrets set hosts = ${JSON.stringify(hosts)} where name = ${name}`)
}

export function* deleteSecret(name: string): Work<void> {
  yield* run(sql`delete from secrets where name = ${name}`)
}

/** A campaign, with the text of one of its graphs that leads walk or may walk again. */
export interface GraphInUse {
  readonly id: string
  readonly name: string
  readonly graph: string
}

/** The live versions, and every version of a campaign that somebody is still inside. Index: journeys_active. */
export function* graphsInUse(): Work<readonly GraphInUse[]> {
  return yield* all<GraphInUse & { readonly id: string }>(sql`
    select c.id, c.name, v.graph from campaigns c join versions v on v.campaign_id = c.id
    where (c.status in ('live', 'paused') and v.version = c.live_version)
       or exists (select 1 from journeys j where j.campaign_id = c.id and j.status = 'active')
    order by c.name, c.id, v.version`)
}

/** The hosts of all secrets, by name. */
export function* secretHosts(): Work<ReadonlyMap<string, readonly string[]>> {
  const rows = yield* all<{ name: string; hosts: string }>(sql`select name, hosts from secrets order by name`)
  return new Map(rows.map(row => [row.name, JSON.parse(row.hosts) as string[]]))
}
