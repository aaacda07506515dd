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
      await engine.retune()
      res.json(settings)
    })
}
