import { Router } from 'express'
import { settingsSchema } from '#shared/api/settings'
import { loadSettings, saveSettings } from '../store/settings'
import type { Desk } from './desk'
import { readJson } from './json'
import { parse } from './parse'

export function settingsRouter({ env: { store }, engine }: Desk): Router {
  return Router()
    .get('/settings', async (_req, res) => {
      res.json(await store.read(loadSettings()))
    })
    .put('/settings', readJson(2 ** 16), async (req, res) => {
      const settings = parse(settingsSchema, req.body)
      await store.transact(saveSettings(settings))
      const { tell } = settings.alerts
      // Made now, so that whoever is named is there to look at.
      if (tell !== '') await engine.putLeads([{ externalId: tell, attributes: {} }])
      await engine.retune()
      res.json(settings)
    })
}
