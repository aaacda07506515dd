import type { z } from 'zod'
import {
  postReplaySchema,
  postSubscriptionSchema,
  putSubscriptionSchema,
  type SubscriptionTested,
  type SubscriptionView,
  sampleQuerySchema,
  testSubscriptionSchema,
} from '#shared/api/subscriptions'
import { addSubscription, removeSubscription, switchOff, switchOn } from '#shared/engine/subscriptions/acts'
import { beginReplay, cancelReplay, type ReplayBegun } from '#shared/engine/subscriptions/replay'
import { requestOf } from '#shared/engine/subscriptions/request'
import { failuresSince } from '#shared/store/deliveries'
import { loadSettings } from '#shared/store/settings'
import { allSubscriptions, type StoredSubscription, saveDefinition, takeKey } from '#shared/store/subscriptions'
import type { Work } from '#shared/store/work'
import { sampleData } from '#shared/subscriptions/define'
import { findNotice, notices } from '#shared/subscriptions/notices/index'
import { sampleBody } from '#shared/subscriptions/sample'
import type { SubscriptionDefinition } from '#shared/subscriptions/subscription'
import { DAY } from '#shared/time/units'
import { VaultLocked } from '../../vault/key'
import type { Desk } from '../desk'
import { newId } from '../ids'
import { maskedRequest } from '../mask'
import { notThere, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { cameOf, deliveryViews, subscriptionById, toSubscriptionView } from '../views/subscriptions'

const LIMIT = 2 ** 18
/** Samples that one test sends. */
const MOST_TESTED = 10
/** For a test: as long as a delivery may take. */
const TEST_SECONDS = 15
/** Requests that are shown of a subscription. */
const SHOWN = 50
/** A key that was made for one subscription, and goes with it. */
const OWN_KEY = /^subscription_[0-9a-f]{8}$/

/** Listeners outside that are told of events by the product itself. */
export function subscriptionHandlers({ env, engine, vault, keys, trials }: Desk) {
  const { store, clock, chance } = env
  const json = readJson(LIMIT)

  return {
    'get /subscriptions': async (_req, res) => {
      const { subscriptions: chosen } = await store.read(loadSettings())
      res.json({ subscriptions: await views(), most: chosen.most, accountId: accountOf(chosen.accountId) })
    },
    'post /subscriptions': [
      json,
      async (req, res) => {
        const { name, ...rest } = parse(postSubscriptionSchema, req.body)
        const isHook = name === undefined
        const given = { ...rest, name: name ?? `Hook to ${hostOf(rest.target)}` }
        const definition = await withKey(given)
        const id = newId(given.name, chance, 'subscription')
        await engine.changeSubscriptions(function* (now) {
          const there = yield* allSubscriptions()
          mustHaveRoom(there, (yield* loadSettings()).subscriptions.most)
          yield* addSubscription({ id, definition, madeBy: isHook ? 'hook' : 'hand', on: isHook }, now)
        })
        res.status(201).json(await viewById(id))
      },
    ],
    'get /subscriptions/events': (_req, res) => {
      res.json({
        events: notices.map(kind => {
          const { name, version, title, when, pace } = kind
          return { name, version, title, when, pace, thin: sampleData(kind, 'thin'), full: sampleData(kind, 'full') }
        }),
      })
    },
    'get /subscriptions/sample': (req, res) => {
      const { event } = parse(sampleQuerySchema, req.query, 'query')
      const kind = findNotice(event)
      if (kind === undefined) throw notThere('event', event)
      res.json([JSON.parse(sampleBody(kind, { envelope: 'alm', payload: 'thin' }, account(), clock.now()))])
    },
    'post /subscriptions/test': [
      json,
      async (req, res) => {
        const test = parse(testSubscriptionSchema, req.body)
        const tests: SubscriptionTested['tests'] = []
        for (const event of test.events.slice(0, MOST_TESTED)) tests.push(await tested(event, test))
        res.json({ tests })
      },
    ],
    'get /subscriptions/{id}': async (req, res) => {
      res.json(await viewById(req.params.id))
    },
    'put /subscriptions/{id}': [
      json,
      async (req, res) => {
        const { id } = req.params
        await store.read(subscriptionById(id))
        const definition = await withKey(parse(putSubscriptionSchema, req.body))
        await engine.changeSubscriptions(function* (now) {
          yield* subscriptionById(id)
          yield* saveDefinition(id, definition, now)
        }, id)
        res.json(await viewById(id))
      },
    ],
    'delete /subscriptions/{id}': async (req, res) => {
      const { id } = req.params
      const { definition } = await store.read(subscriptionById(id))
      await engine.changeSubscriptions(function* () {
        yield* subscriptionById(id)
        yield* removeSubscription(id)
      }, id)
      if (definition.auth.as === 'signature' && OWN_KEY.test(definition.auth.key))
        await vault.remove(definition.auth.key, isUnused(definition.auth.key))
      res.status(204).end()
    },
    'post /subscriptions/{id}/on': async (req, res) => {
      const { id } = req.params
      await store.read(subscriptionById(id))
      if (!(await engine.changeSubscriptions(now => switchOn(id, now))))
        throw refuse(409, 'subscription.on', 'The subscription is on already.', 'Nothing is to be done.')
      res.json(await viewById(id))
    },
    'post /subscriptions/{id}/off': async (req, res) => {
      const { id } = req.params
      await store.read(subscriptionById(id))
      if (!(await engine.changeSubscriptions(now => switchOff(id, now), id)))
        throw refuse(409, 'subscription.off', 'The subscription is off already.', 'Nothing is to be done.')
      res.json(await viewById(id))
    },
    'post /subscriptions/{id}/key': async (req, res) => {
      const { id } = req.params
      const { definition } = await store.read(subscriptionById(id))
      if (definition.auth.as !== 'signature')
        throw refuse(409, 'subscription.no-key', 'This subscription does not sign.', 'Choose the signature first.')
      const secret = vault.find(definition.auth.key)?.keys?.[0]?.key
      if (secret === undefined)
        throw refuse(409, 'subscription.key-lost', `There is no key "${definition.auth.key}".`, 'Store it again.')
      if (!(await engine.changeSubscriptions(() => takeKey(id))))
        throw refuse(
          409,
          'subscription.key-taken',
          'The key of this subscription was downloaded already.',
          'Rotate it in the settings: the new one is shown once.',
        )
      const publicKey = keys.publicOf(secret)
      res.json({
        subscription: id,
        algorithm: publicKey === null ? 'v1' : 'v1a',
        key: publicKey ?? secret,
        headers: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
        signed: '{webhook-id}.{webhook-timestamp}.{body}',
      })
    },
    'post /subscriptions/{id}/replay': [
      json,
      async (req, res) => {
        const { id } = req.params
        await store.read(subscriptionById(id))
        const asked = parse(postReplaySchema, req.body)
        const begun = await engine.changeSubscriptions(now => beginReplay(id, asked, now))
        if (begun !== 'begun') throw noReplay(begun)
        res.status(202).json(await viewById(id))
      },
    ],
    'delete /subscriptions/{id}/replay': async (req, res) => {
      const { id } = req.params
      await store.read(subscriptionById(id))
      await engine.changeSubscriptions(now => cancelReplay(id, now))
      res.json(await viewById(id))
    },
    'get /subscriptions/{id}/deliveries': async (req, res) => {
      const { id } = req.params
      res.json({ deliveries: await store.read(deliveryViews(id, SHOWN)) })
    },
  } satisfies Partial<Handlers>

  /** The definition with a key to sign by: one of its own is made where none is named. */
  async function withKey(definition: SubscriptionDefinition): Promise<SubscriptionDefinition> {
    const { auth } = definition
    if (auth.as === 'basic') mustBe('text', auth.password)
    if (auth.as !== 'signature') return definition
    if (auth.key !== '') {
      mustBe('signing', auth.key)
      return definition
    }
    const key = `subscription_${chance.hex(4)}`
    const made = keys.from(Buffer.from(chance.hex(32), 'hex'), 'v1')
    try {
      await vault.put(key, { kind: 'signing', keys: [{ key: made, until: null }] })
    } catch (cause) {
      if (!(cause instanceof VaultLocked)) throw cause
      throw refuse(503, 'secret.no-key-kept', cause.message, 'Nothing was stored. Mend that, and start Hookline again.')
    }
    return { ...definition, auth: { as: 'signature', key } }
  }

  function mustBe(kind: 'text' | 'signing', name: string): void {
    if (vault.find(name)?.kind === kind) return
    const what = kind === 'text' ? 'secret' : 'signing key'
    throw refuse(
      400,
      'subscription.no-secret',
      `There is no ${what} "${name}".`,
      'Make it in the settings, or choose another.',
    )
  }

  function account(): string {
    return accountOf('')
  }

  function accountOf(chosen: string): string {
    return chosen || (env.epoch.split('_')[0] ?? '')
  }

  async function tested(event: string, test: z.output<typeof testSubscriptionSchema>) {
    const kind = findNotice(event)
    if (kind === undefined) throw notThere('event', event)
    const { subscriptions: chosen } = await store.read(loadSettings())
    const body = sampleBody(kind, test, accountOf(chosen.accountId), clock.now())
    if (test.auth.as === 'basic') mustBe('text', test.auth.password)
    // A key that is not made yet signs nothing.
    const auth = test.auth.as === 'signature' && test.auth.key === '' ? ({ as: 'none' } as const) : test.auth
    const request = requestOf({ ...test, auth }, body)
    const outcome = await trials.send(request, TEST_SECONDS)
    if (outcome === undefined)
      throw refuse(429, 'test.too-many', 'Too many test sends are on their way.', 'Try again in a few seconds.')
    return { event, body, headers: maskedRequest(request).headers, ...cameOf(outcome) }
  }

  function* isUnused(key: string): Work<boolean> {
    const others = yield* allSubscriptions()
    return !others.some(({ definition: { auth } }) => auth.as === 'signature' && auth.key === key)
  }

  async function views(): Promise<readonly SubscriptionView[]> {
    const queues = engine.subscriptions()
    const ids = queues.map(({ subscription }) => subscription.id)
    const failed = await store.read(failuresSince(ids, clock.now() - DAY))
    return queues.map(queue => toSubscriptionView(queue, failed.get(queue.subscription.id) ?? 0))
  }

  async function viewById(id: string): Promise<SubscriptionView> {
    const found = (await views()).find(view => view.id === id)
    if (found === undefined) throw notThere('subscription', id)
    return found
  }
}

function noReplay(why: Exclude<ReplayBegun, 'begun'>) {
  switch (why) {
    case 'off':
      return refuse(409, 'replay.off', 'The subscription is off.', 'Switch it on first.')
    case 'running':
      return refuse(409, 'replay.running', 'It is being told events again already.', 'Wait for the end, or stop that.')
    case 'nothing':
      return refuse(
        409,
        'replay.nothing',
        'Nothing that it was told of that is kept.',
        'Ask for another time or event. The settings say for how long events are kept.',
      )
  }
}

function mustHaveRoom(there: readonly unknown[], most: number): void {
  if (there.length < most) return
  throw refuse(
    409,
    'subscription.most',
    `There are ${there.length} subscriptions already, and ${most} are allowed.`,
    'Delete one that is not needed, or allow more in the settings.',
  )
}

function hostOf(target: string): string {
  return URL.canParse(target) ? new URL(target).host : target
}

/** What names a secret among the subscriptions, for whoever wants to delete one. */
export function namesSecret({ definition }: StoredSubscription): string | undefined {
  const { auth } = definition
  if (auth.as === 'basic') return auth.password
  return auth.as === 'signature' ? auth.key : undefined
}
