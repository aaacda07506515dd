import type { z } from 'zod'
import { moveSchema, postFolderSchema, putFolderSchema } from '#shared/api/folders'
import { DEEPEST, whyNotInside } from '#shared/rules/folders'
import { findCampaign } from '#shared/store/campaigns'
import { countsOf } from '#shared/store/counts'
import {
  allFolders,
  deleteFolder,
  insertFolder,
  isFolderUsed,
  moveCampaign,
  type StoredFolder,
  saveFolder,
} from '#shared/store/folders'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { newId } from '../ids'
import { notThere, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { toSummary } from '../views/report'

const LIMIT = 8 * 2 ** 20

/** Campaign folders. Changes go through the engine, so that live campaigns render by them from the next send on. */
export function folderHandlers({ env: { store, chance, clock }, engine }: Desk) {
  const json = readJson(LIMIT)
  return {
    'get /programs': async (_req, res) => {
      res.json({ programs: await store.read(allFolders()) })
    },
    'post /programs': [
      json,
      async (req, res) => {
        const input = parse(postFolderSchema, req.body)
        const made = await engine.write(
          (function* () {
            const known = yield* loadFolders()
            let id = newId(input.name, chance, 'folder')
            while (known.has(id)) id = newId(input.name, chance, 'folder')
            refuseInside(known, id, input.parent)
            yield* insertFolder(id, input, clock.now())
            return yield* folderById(id)
          })(),
        )
        res.status(201).json(made)
      },
    ],
    'get /programs/{id}': async (req, res) => {
      res.json(await store.read(folderById(req.params.id)))
    },
    'put /programs/{id}': [
      json,
      async (req, res) => {
        const change = parse(putFolderSchema, req.body)
        res.json(await engine.reshape(save(req.params.id, change, clock.now())))
      },
    ],
    'delete /programs/{id}': async (req, res) => {
      await engine.write(remove(req.params.id))
      res.status(204).end()
    },
    'put /campaigns/{id}/program': [
      json,
      async (req, res) => {
        const id = req.params.id
        res.json(await engine.reshape(move(id, req.body, clock.now())))
      },
    ],
  } satisfies Partial<Handlers>
}

type Folders = ReadonlyMap<string, StoredFolder>

function* loadFolders(): Work<Folders> {
  return new Map((yield* allFolders()).map(folder => [folder.id, folder]))
}

function* folderById(id: string): Work<StoredFolder> {
  const folder = (yield* loadFolders()).get(id)
  if (folder === undefined) throw notThere('folder', id)
  return folder
}

function* save(id: string, change: z.output<typeof putFolderSchema>, now: number): Work<StoredFolder> {
  const before = yield* folderById(id)
  const { revision, name = before.name, description = before.description, tokens = before.tokens } = change
  const parent = change.parent === undefined ? before.parent : change.parent
  if (revision !== undefined && revision !== before.revision)
    throw refuse(
      409,
      'folder.changed-elsewhere',
      `The folder has moved on to revision ${before.revision}; you edited revision ${revision}.`,
      'Take the newer one ("current"), make the change again and save it.',
      { members: { current: before } },
    )
  refuseInside(yield* loadFolders(), id, parent)
  yield* saveFolder(id, { name, description, parent, tokens }, now)
  return yield* folderById(id)
}

function* remove(id: string): Work<void> {
  const { name } = yield* folderById(id)
  if (yield* isFolderUsed(id))
    throw refuse(
      409,
      'folder.not-empty',
      `The folder "${name}" is not empty.`,
      'Move its campaigns and folders out of it first.',
    )
  yield* deleteFolder(id)
}

function* move(id: string, body: unknown, now: number) {
  const campaign = yield* findCampaign(id)
  if (campaign === undefined) throw notThere('campaign', id)
  const { program: folder } = parse(moveSchema, body)
  if (folder !== null && !(yield* loadFolders()).has(folder)) throw noFolder(folder)
  yield* moveCampaign(id, folder, now)
  return toSummary({ ...campaign, folderId: folder, updatedAt: now }, yield* countsOf([id]))
}

function refuseInside(known: Folders, id: string, parent: string | null): void {
  if (parent !== null && !known.has(parent)) throw noFolder(parent)
  const why = whyNotInside(known, id, parent)
  if (why === 'circle')
    throw refuse(422, 'folder.circle', 'A folder cannot lie in itself or in one below it.', 'Choose another folder.')
  if (why === 'too-deep')
    throw refuse(422, 'folder.too-deep', `Folders lie at most ${DEEPEST} deep.`, 'Choose a folder further up.')
}

function noFolder(id: string) {
  return refuse(422, 'folder.unknown', `There is no folder with the id "${id}".`, 'Look up the id in GET /programs.')
}
