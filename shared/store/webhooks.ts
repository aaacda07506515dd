import { caller, migrateWebhook } from '../graph/library'
import { type Webhook, webhookSchema } from '../rules/webhook'
import { all, one, run, sql, type Work } from './work'

/** A webhook of the library. */
export interface StoredWebhook {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly definition: Webhook
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
}

interface WebhookRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly definition: string
  readonly step_version: number
  readonly revision: number
  readonly created_at: number
  readonly updated_at: number
}

/** The library, by name. It is small: some hundreds at most. */
export function* allWebhooks(): Work<readonly StoredWebhook[]> {
  return (yield* all<WebhookRow>(sql`select * from webhooks order by name, id`)).map(fromRow)
}

export function* findWebhook(id: string): Work<StoredWebhook | undefined> {
  const row = yield* one<WebhookRow>(sql`select * from webhooks where id = ${id}`)
  return row && fromRow(row)
}

export type WebhookInput = Pick<StoredWebhook, 'name' | 'description' | 'definition'>

export function* insertWebhook(id: string, { name, description, definition }: WebhookInput, now: number): Work<void> {
  yield* run(sql`
    insert into webhooks (id, name, description, definition, step_version, revision, created_at, updated_at)
    values (${id}, ${name}, ${description}, ${JSON.stringify(definition)}, ${caller.version}, 1, ${now}, ${now})`)
}

/** Stores a webhook under its next revision. */
export function* saveWebhook(id: string, { name, description, definition }: WebhookInput, now: number): Work<void> {
  yield* run(sql`
    update webhooks
    set name = ${name}, description = ${description}, definition = ${JSON.stringify(definition)},
      step_version = ${caller.version}, revision = revision + 1, updated_at = ${now}
    where id = ${id}`)
}

export function* deleteWebhook(id: string): Work<void> {
  yield* run(sql`delete from webhooks where id = ${id}`)
}

function fromRow(row: WebhookRow): StoredWebhook {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    definition: webhookSchema.parse(migrateWebhook(JSON.parse(row.definition), row.step_version)),
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
