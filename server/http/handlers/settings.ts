import { type InstallationSettings, settingsSchema } from '#shared/api/settings'
import { allFolders } from '#shared/store/folders'
import { loadSettings, saveSettings } from '#shared/store/settings'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

export function settingsHandlers({ env: { store }, engine }: Desk) {
  return {
    'get /settings': async (_req, res) => {
      res.json(await store.read(loadSettings()))
    },
    'put /settings': [
      readJson(2 ** 16),
      async (req, res) => {
        const settings = parse(settingsSchema, req.body)
        await engine.retune(keep(settings))
        const { tell } = settings.alerts
        // Made now, so that whoever is named is there to look at.
        if (tell !== '') await engine.putLeads([{ externalId: tell, attributes: {} }])
        res.json(settings)
      },
    ],
  } satisfies Partial<Handlers>
}

/** Stores all of them. Refuses when a cap names a folder that is not there. */
function* keep(settings: InstallationSettings): Work<void> {
  const folders = new Set((yield* allFolders()).map(folder => folder.id))
  const strange = settings.caps.findIndex(({ of }) => of.what === 'folder' && !folders.has(of.folder))
  if (strange >= 0)
    throw refuse(
      422,
      'settings.cap-folder-gone',
      `The folder of cap ${strange + 1} is not there (any more).`,
      'Choose another folder, or remove the cap.',
    )
  yield* saveSettings(settings)
}
