import { type ReceiverView, switchReceiverSchema } from '#shared/api/receivers'
import type { Engine } from '#shared/engine/engine'
import { progressOf, receiverOf, receiversAsWritten, switchingOff } from '#shared/rules/receiver'
import { loadSettings } from '#shared/store/settings'
import { allWebhooks, type StoredWebhook } from '#shared/store/webhooks'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

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

  async function views(): Promise<{ readonly receivers: ReceiverView[]; readonly automatic: boolean }> {
    const found = await engine.receivers()
    return store.read(
      (function* () {
        const { automatic } = (yield* loadSettings()).switchingOff
        const library = found.length === 0 ? [] : yield* allWebhooks()
        const senders = sendersOf(library, system.sandbox)
        return { receivers: found.map(each => toView(each, { automatic, senders })).sort(worstFirst), automatic }
      })(),
    )
  }
}

type Senders = ReadonlyMap<string, ReceiverView['webhooks']>

/** Webhooks of the library by where they send. */
function sendersOf(library: readonly StoredWebhook[], sandbox: string): Senders {
  const senders = new Map<string, ReceiverView['webhooks']>()
  for (const { id, name, definition } of library)
    for (const address of receiversAsWritten(definition.request, sandbox))
      senders.set(address, [...(senders.get(address) ?? []), { id, name }])
  return senders
}

function toView(
  { address, failing, waiting }: Awaited<ReturnType<Engine['receivers']>>[number],
  { automatic, senders }: { readonly automatic: boolean; readonly senders: Senders },
): ReceiverView {
  const { since, last, counts, failures, outcome, off } = failing
  return {
    address,
    state: off === null ? 'failing' : 'off',
    since,
    last,
    failures,
    outcome,
    progress: progressOf(failing),
    endsAt: counts && off === null && automatic ? since + switchingOff.afterMs : null,
    off,
    webhooks: senders.get(address) ?? [],
    waiting,
  }
}

function worstFirst(a: ReceiverView, b: ReceiverView): number {
  const off = (each: ReceiverView) => (each.state === 'off' ? 1 : 0)
  return b.waiting - a.waiting || off(b) - off(a) || b.progress - a.progress || (a.address < b.address ? -1 : 1)
}
