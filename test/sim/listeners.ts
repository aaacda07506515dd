import { addSubscription, switchOn } from '#shared/engine/subscriptions/acts'
import { type Dice, dice as roll } from '#shared/simulate/chance'
import type { Answer, Script } from '#shared/simulate/endpoints'
import { notices } from '#shared/subscriptions/notices/index'
import { envelopeNames, subscriptionSchema } from '#shared/subscriptions/subscription'
import type { World } from './world'

/** Listeners of random installations: one that takes everything, one with moods, and one that is dead until somebody mends it. By throws of their own. */
export async function addListeners(world: World, seed: number): Promise<void> {
  const dice = roll(seed + 8_000_000)
  const all = notices.map(kind => kind.name)
  const some = all.filter(() => dice.happens(0.5))
  const subscribe = async (id: string, events: readonly string[]) => {
    const definition = subscriptionSchema.parse({
      name: id,
      target: targetOf(id),
      events,
      envelope: dice.oneOf(envelopeNames),
      payload: dice.oneOf(['thin', 'full']),
    })
    await world.subscription(function* (now) {
      // A process that died after its commit is asked again.
      yield* addSubscription({ id, definition, madeBy: 'hand', on: true }, now)
    })
  }
  await subscribe('good', all)
  await subscribe('moody', ['journey.started', ...some])
  await subscribe('dead', ['journey.finished', ...some])
  const others = world.receiver
  world.receiver = listening(others, dice)
}

/** Somebody mends the dead one, and switches on again whatever was disabled. */
export async function mendListeners(world: World): Promise<void> {
  const others = world.receiver
  world.receiver = (call, at) => (isListener(call.request.url) ? fine : others(call, at))
  for (const { subscription } of world.subscriptions())
    if (subscription.state === 'disabled') await world.subscription(now => switchOn(subscription.id, now))
}

function targetOf(id: string): string {
  return `https://${id}.listeners.example.com/hook`
}

function isListener(url: string): boolean {
  return url.includes('.listeners.example.com')
}

const fine: Answer = { after: 20, with: { is: 'answered', status: 202 } }

function listening(others: Script, dice: Dice): Script {
  return (call, at) => {
    const { url } = call.request
    if (url === targetOf('good')) return { ...fine, after: dice.oneOf([1, 20, 400]) }
    if (url === targetOf('dead')) return { after: 15_000, with: { is: 'unreachable', cause: 'timeout' } }
    return url === targetOf('moody') ? mood(dice) : others(call, at)
  }
}

function mood(dice: Dice): Answer {
  const after = dice.oneOf([1, 50, 4_900])
  if (dice.happens(0.6)) return { after, connects: dice.oneOf([0, 0, 3_000]), with: { is: 'answered', status: 200 } }
  if (dice.happens(0.5)) return { after, with: { is: 'answered', status: dice.oneOf([301, 404, 500, 503]) } }
  const slow = { 'retry-after': dice.oneOf(['1', '90', 'soon']) }
  return dice.happens(0.5)
    ? { after, with: { is: 'answered', status: 429, headers: slow } }
    : { after: 15_000, with: { is: 'unreachable', cause: dice.oneOf(['timeout', 'connect'] as const) } }
}
