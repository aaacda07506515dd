import { Router } from 'express'
import { type ReceiverView, switchReceiverSchema } from '#shared/api/receivers'
import { progressOf, receiverOf, switchingOff } from '#shared/rules/receiver'
import { hidePlaceholders, showPlaceholders } from '#shared/rules/secrets'
import type { Engine } from '../engine/loop'
import { loadSettings } from '../store/settings'
import type { Desk } from './desk'
import { readJson } from './json'
import { parse } from './parse'
import { refuse } from './problem'

const MOST = 500

export function receiversRouter({ env: { store, system }, engine }: Pick<Desk, 'env' | 'engine'>): Router {
  const json = readJson(2 ** 14)
  return Router()
    .get('/receivers', async (_req, res) => {
      const { automatic } = (await store.read(loadSettings())).switchingOff
      const receivers = (await engine.receivers()).map(each => toView(each, automatic)).sort(worstFirst)
      res.json({ receivers: receivers.slice(0, MOST), total: receivers.length, automatic })
    })
    .post('/receivers/off', json, async (req, res) => {
      const address = addressIn(req.body)
      if ((await engine.switchReceiver(address, 'off')) === undefined)
        throw refuse(
          409,
          'receiver.off',
          `${hidePlaceholders(address)} is switched off already.`,
          'Switch it on, or leave it so.',
        )
      const { automatic } = (await store.read(loadSettings())).switchingOff
      const found = (await engine.receivers()).find(each => each.address === address)
      res.json(found && toView(found, automatic))
    })
    .post('/receivers/on', json, async (req, res) => {
      const address = addressIn(req.body)
      const released = await engine.switchReceiver(address, 'on')
      if (released === undefined)
        throw refuse(
          409,
          'receiver.on',
          `${hidePlaceholders(address)} is not switched off.`,
          'Name one that the list of receivers shows as "off", as it is written there.',
        )
      res.json({ address: hidePlaceholders(address), released })
    })

  /** As calls know it: with what stands for a secret. */
  function addressIn(body: unknown): string {
    const { address } = parse(switchReceiverSchema, body)
    if (!URL.canParse(address))
      throw refuse(
        400,
        'receiver.address',
        `"${address}" is not a web address.`,
        'Write it like https://crm.example.com/leads.',
      )
    return receiverOf({ url: showPlaceholders(address, system.mark) })
  }
}

function toView(
  { address, failing, waiting }: Awaited<ReturnType<Engine['receivers']>>[number],
  automatic: boolean,
): ReceiverView {
  const { since, last, counts, failures, outcome, off } = failing
  return {
    address: hidePlaceholders(address),
    state: off === null ? 'failing' : 'off',
    since,
    last,
    failures,
    outcome,
    progress: progressOf(failing),
    endsAt: counts && off === null && automatic ? since + switchingOff.afterMs : null,
    off,
    waiting,
  }
}

function worstFirst(a: ReceiverView, b: ReceiverView): number {
  const off = (each: ReceiverView) => (each.state === 'off' ? 1 : 0)
  return b.waiting - a.waiting || off(b) - off(a) || b.progress - a.progress || (a.address < b.address ? -1 : 1)
}
