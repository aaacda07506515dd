import { switchReceiverSchema } from '#shared/api/receivers'
import { receiverOf } from '#shared/rules/receiver'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { receiverViews } from '../views/receivers'

const MOST = 500

export function receiverHandlers({ env: { store, system }, engine }: Pick<Desk, 'env' | 'engine'>) {
  const json = readJson(2 ** 14)
  return {
    'get /receivers': async (_req, res) => {
      const { receivers, automatic } = await views()
      res.json({ receivers: receivers.slice(0, MOST), total: receivers.length, automatic })
    },
    'post /receivers/off': [
      json,
      async (req, res) => {
        const address = addressIn(req.body)
        if ((await engine.switchReceiver(address, 'off')) === undefined)
          throw refuse(409, 'receiver.off', `${address} is switched off already.`, 'Switch it on, or leave it so.')
        res.json((await views()).receivers.find(each => each.address === address))
      },
    ],
    'post /receivers/on': [
      json,
      async (req, res) => {
        const address = addressIn(req.body)
        const released = await engine.switchReceiver(address, 'on')
        if (released === undefined)
          throw refuse(
            409,
            'receiver.on',
            `${address} is not switched off.`,
            'Name one that the list of receivers shows as "off", as it is written there.',
          )
        res.json({ address, released })
      },
    ],
  } satisfies Partial<Handlers>

  function addressIn(body: unknown): string {
    const { address } = parse(switchReceiverSchema, body)
    if (!URL.canParse(address))
      throw refuse(
        400,
        'receiver.address',
        `"${address}" is not a web address.`,
        'Write it like https://crm.example.com/leads.',
      )
    return receiverOf({ url: address })
  }

  async function views() {
    return store.read(receiverViews(await engine.receivers(), system.sandbox))
  }
}
