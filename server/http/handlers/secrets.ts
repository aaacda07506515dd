import {
  bindSecretSchema,
  putSecretSchema,
  rotateSecretSchema,
  type SecretView,
  secretNameSchema,
} from '#shared/api/secrets'
import { HOUR } from '#shared/time/units'
import { VaultLocked } from '../../vault/key'
import type { KnownSecret, SigningKey } from '../../vault/secret'
import type { Vault } from '../../vault/vault'
import type { Desk } from '../desk'
import { notThere, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { readUses, type Uses } from '../views/secret-uses'

const LIMIT = 2 ** 14
/** Old keys that may sign along (delivery R52). */
const MAX_OLD = 10

export function secretHandlers({ env: { store, clock, chance }, vault, keys }: Desk) {
  const drawKey = (algorithm: 'v1' | 'v1a') => keys.from(Buffer.from(chance.hex(32), 'hex'), algorithm)
  const toView = (secret: KnownSecret, uses: Uses): SecretView => ({
    name: secret.name,
    kind: secret.kind,
    createdAt: secret.createdAt,
    updatedAt: secret.updatedAt,
    usedAt: secret.usedAt,
    hosts: [...secret.hosts],
    locked: secret.locked,
    keys: living(secret.keys ?? []).map(({ key, until }) => {
      const publicKey = keys.publicOf(key)
      return { algorithm: publicKey === null ? ('v1' as const) : ('v1a' as const), publicKey, until }
    }),
    usedBy: [...(uses.get(secret.name) ?? [])],
  })
  const living = (all: readonly SigningKey[]) => all.filter(({ until }) => until === null || until > clock.now())
  const uses = async () => store.read(readUses())

  function known(text: string): KnownSecret {
    const name = parse(secretNameSchema, text, 'address')
    const secret = vault.find(name)
    if (secret === undefined)
      throw refuse(404, 'secret.unknown', `There is no secret "${name}".`, 'GET /secrets lists the names of all.')
    return secret
  }

  async function put(...given: Parameters<Vault['put']>): Promise<KnownSecret> {
    try {
      return await vault.put(...given)
    } catch (cause) {
      if (!(cause instanceof VaultLocked)) throw cause
      throw refuse(
        503,
        'secret.no-key-kept',
        cause.message,
        'Nothing was stored. Mend that, start Hookline again, and store it then.',
      )
    }
  }

  return {
    'get /secrets': async (_req, res) => {
      const used = await uses()
      res.json({ secrets: vault.list().map(secret => toView(secret, used)) })
    },
    'put /secrets/{name}': [
      readJson(LIMIT),
      async (req, res) => {
        const name = parse(secretNameSchema, req.params.name, 'address')
        const body = parse(putSecretSchema, req.body)
        const before = vault.find(name)
        if (before !== undefined && (before.kind !== body.kind || (body.kind === 'signing' && !before.locked)))
          throw taken(before)
        if (body.kind === 'text') {
          const secret = await put(name, { kind: 'text', value: body.value }, body.hosts)
          res.json({ secret: toView(secret, await uses()), key: null })
          return
        }
        const fault = body.key === undefined ? null : keys.fault(body.key)
        if (fault !== null)
          throw refuse(400, 'secret.key', fault, 'Paste the whole key, or leave it out to get a new one.')
        const key = body.key ?? drawKey(body.algorithm)
        const secret = await put(name, { kind: 'signing', keys: [{ key, until: null }] })
        res.json({ secret: toView(secret, await uses()), key: body.key === undefined ? key : null })
      },
    ],
    'put /secrets/{name}/hosts': [
      readJson(LIMIT),
      async (req, res) => {
        const { name, kind } = known(req.params.name)
        const { hosts } = parse(bindSecretSchema, req.body)
        if (kind === 'signing')
          throw refuse(409, 'secret.no-hosts', `"${name}" is a signing key.`, 'It never leaves, and needs no hosts.')
        const secret = await vault.bind(name, [...new Set(hosts)])
        if (secret === undefined) throw notThere('secret', name)
        res.json({ secret: toView(secret, await uses()), key: null })
      },
    ],
    'delete /secrets/{name}': async (req, res) => {
      const { name } = known(req.params.name)
      let users: string[] = []
      const isGone = await vault.remove(
        name,
        (function* () {
          users = ((yield* readUses()).get(name) ?? []).map(user => user.name)
          return users.length === 0
        })(),
      )
      if (!isGone)
        throw refuse(
          409,
          'secret.in-use',
          `The secret "${name}" is used by ${users.map(user => `"${user}"`).join(', ')}.`,
          'Take it out there first: launch a version without it, or stop the campaign and wait until nobody is inside.',
        )
      res.status(204).end()
    },
    'post /secrets/{name}/rotate': [
      readJson(LIMIT),
      async (req, res) => {
        const secret = known(parse(secretNameSchema, req.params.name, 'address'))
        const { overlapHours } = parse(rotateSecretSchema, req.body)
        const old = living(secret.keys ?? [])
        const [current] = old
        if (current === undefined)
          throw refuse(409, 'secret.no-key', `"${secret.name}" is no signing key.`, 'Store its new value with PUT.')
        if (old.length > MAX_OLD)
          throw refuse(409, 'secret.many-keys', `${MAX_OLD} old keys sign along already.`, 'Wait until one has ended.')
        const key = drawKey(keys.publicOf(current.key) === null ? 'v1' : 'v1a')
        const until = clock.now() + Math.round(overlapHours * HOUR)
        const ending = old.map(each => ({ key: each.key, until: Math.min(each.until ?? until, until) }))
        const rotated = await put(secret.name, { kind: 'signing', keys: [{ key, until: null }, ...ending] })
        res.json({ secret: toView(rotated, await uses()), key })
      },
    ],
  } satisfies Partial<Handlers>
}

function taken({ name, kind }: KnownSecret) {
  return kind === 'signing'
    ? refuse(409, 'secret.taken', `"${name}" is a signing key already.`, 'Rotate it, or choose another name.')
    : refuse(409, 'secret.taken', `"${name}" is a secret already.`, 'Choose another name for the signing key.')
}
