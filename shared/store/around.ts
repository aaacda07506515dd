import type { Library } from '../graph/library'
import type { Around } from '../graph/validate'
import { type Folder, templateFolder } from '../rules/folders'
import type { StoredCampaign, StoredVersion } from './campaigns'
import { allFolders } from './folders'
import { secretHosts } from './secrets'
import { allWebhooks, type StoredWebhook } from './webhooks'
import type { Work } from './work'

/** The library and the folders as they are now: campaigns are judged and compiled with them. */
export interface Surroundings {
  readonly webhooks: ReadonlyMap<string, StoredWebhook>
  readonly library: Library
  readonly folders: ReadonlyMap<string, Folder>
  readonly secrets: ReadonlyMap<string, readonly string[]>
}

export function* loadSurroundings(): Work<Surroundings> {
  const webhooks = yield* allWebhooks()
  const folders = yield* allFolders()
  return {
    webhooks: new Map(webhooks.map(w => [w.id, w])),
    library: new Map(webhooks.map(w => [w.id, w.definition])),
    folders: new Map(folders.map(f => [f.id, f])),
    secrets: yield* secretHosts(),
  }
}

/** What one campaign sees of them. `live`: its live version, when it has one. */
export function aroundOf(
  { library, folders, secrets }: Surroundings,
  { folderId }: Pick<StoredCampaign, 'folderId'>,
  live: StoredVersion | undefined,
): Around {
  return { library, folder: templateFolder(folders, folderId), live: live?.graph ?? null, secrets }
}
