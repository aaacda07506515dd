import type { Folder, MyToken } from '../rules/folders'
import { all, one, run, sql, type Work } from './work'

/** A campaign folder. */
export interface StoredFolder extends Folder {
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
}

interface FolderRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly parent: string | null
  readonly tokens: string
  readonly revision: number
  readonly created_at: number
  readonly updated_at: number
}

/** All folders, by name. */
export function* allFolders(): Work<readonly StoredFolder[]> {
  return (yield* all<FolderRow>(sql`select * from programs order by name, id`)).map(fromRow)
}

export type FolderInput = Pick<Folder, 'name' | 'description' | 'parent' | 'tokens'>

export function* insertFolder(id: string, input: FolderInput, now: number): Work<void> {
  const { name, description, parent, tokens } = input
  yield* run(sql`
    insert into programs (id, name, description, parent, tokens, revision, created_at, updated_at)
    values (${id}, ${name}, ${description}, ${parent}, ${JSON.stringify(tokens)}, 1, ${now}, ${now})`)
}

/** Stores a folder under its next revision. */
export function* saveFolder(id: string, input: FolderInput, now: number): Work<void> {
  const { name, description, parent, tokens } = input
  yield* run(sql`
    update programs
    set name = ${name}, description = ${description}, parent = ${parent}, tokens = ${JSON.stringify(tokens)},
      revision = revision + 1, updated_at = ${now}
    where id = ${id}`)
}

export function* deleteFolder(id: string): Work<void> {
  yield* run(sql`delete from programs where id = ${id}`)
}

/** Does the folder hold anything: a campaign, or another folder? */
export function* isFolderUsed(id: string): Work<boolean> {
  const found = yield* one(sql`
    select 1 as used from campaigns where program_id = ${id}
    union all
    select 1 as used from programs where parent = ${id}
    limit 1`)
  return found !== undefined
}

/** Moves a campaign into a folder; null: out of all folders. */
export function* moveCampaign(campaignId: string, folderId: string | null, now: number): Work<void> {
  yield* run(sql`update campaigns set program_id = ${folderId}, updated_at = ${now} where id = ${campaignId}`)
}

function fromRow(row: FolderRow): StoredFolder {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    parent: row.parent,
    tokens: JSON.parse(row.tokens) as MyToken[],
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
