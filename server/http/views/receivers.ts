import type { ReceiverView } from '#shared/api/receivers'
import type { Engine } from '#shared/engine/engine'
import { progressOf, receiversAsWritten, switchingOff } from '#shared/rules/receiver'
import { loadSettings } from '#shared/store/settings'
import { allWebhooks, type StoredWebhook } from '#shared/store/webhooks'
import type { Work } from '#shared/store/work'

type Standing = Awaited<ReturnType<Engine['receivers']>>[number]

/** Receivers that fail or are switched off, the worst first. `automatic`: does Hookline switch them off itself? */
export function* receiverViews(
  found: readonly Standing[],
  sandbox: string,
): Work<{ readonly receivers: ReceiverView[]; readonly automatic: boolean }> {
  const { automatic } = (yield* loadSettings()).switchingOff
  const library = found.length === 0 ? [] : yield* allWebhooks()
  const senders = sendersOf(library, sandbox)
  return { receivers: found.map(each => toView(each, { automatic, senders })).sort(worstFirst), automatic }
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
  { address, failing, waiting }: Standing,
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
