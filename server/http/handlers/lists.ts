import { changeMembersSchema, type ListView, membersQuerySchema, putListSchema } from '#shared/api/lists'
import { leadsCalled, type StoredLead } from '#shared/store/leads'
import { allLists, deleteList, findList, insertList, type StoredList, updateList } from '#shared/store/lists'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { newId } from '../ids'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { parseAfter } from '../views/leads'
import { listById, membersPage } from '../views/lists'

const LIMIT = 2 ** 21
/** Unknown leads that a refusal names. */
const MOST_NAMED = 10

/** Lists of leads: they themselves, and who is on them. */
export function listHandlers({ env, engine }: Desk) {
  const { store, clock, chance } = env
  const json = readJson(LIMIT)

  function* viewOf(list: StoredList): Work<ListView> {
    return { ...list, usedBy: [...(yield* engine.usersOfList(list.id))] }
  }

  function* viewById(id: string): Work<ListView> {
    return yield* viewOf(yield* listById(id))
  }

  async function change(id: string, body: unknown, how: 'added' | 'removed') {
    await store.read(listById(id))
    const { leads } = parse(changeMembersSchema, body)
    const leadIds = mustKnow(leads, await store.read(leadsCalled(leads)))
    const changed = await engine.changeMembers({ list: id, leadIds, change: how })
    return { changed, members: (await store.read(listById(id))).members }
  }

  return {
    'get /lists': async (_req, res) => {
      const lists = await store.read(
        (function* () {
          const views: ListView[] = []
          for (const list of yield* allLists()) views.push(yield* viewOf(list))
          return views
        })(),
      )
      res.json({ lists })
    },
    'post /lists': [
      json,
      async (req, res) => {
        const input = parse(putListSchema, req.body)
        const made = await engine.write(
          (function* () {
            yield* mustBeFree(input.name)
            let id = newId(input.name, chance, 'list')
            while ((yield* findList(id)) !== undefined) id = newId(input.name, chance, 'list')
            yield* insertList({ id, ...input }, clock.now())
            return yield* viewById(id)
          })(),
        )
        res.status(201).json(made)
      },
    ],
    'get /lists/{id}': async (req, res) => {
      res.json(await store.read(viewById(req.params.id)))
    },
    'put /lists/{id}': [
      json,
      async (req, res) => {
        const id = req.params.id
        await store.read(listById(id))
        const input = parse(putListSchema, req.body)
        const saved = await engine.write(
          (function* () {
            yield* mustBeFree(input.name, id)
            yield* updateList({ id, ...input }, clock.now())
            return yield* viewById(id)
          })(),
        )
        res.json(saved)
      },
    ],
    'delete /lists/{id}': async (req, res) => {
      await engine.write(
        (function* () {
          const list = yield* listById(req.params.id)
          const users = yield* engine.usersOfList(list.id)
          if (users.length > 0)
            throw refuse(
              409,
              'list.used',
              `"${list.name}" is used by ${users.map(u => `"${u.name}"`).join(', ')}.`,
              'Take the step out and launch the campaign again, or stop it; then delete the list.',
            )
          yield* deleteList(list.id)
        })(),
      )
      res.status(204).end()
    },
    'get /lists/{id}/members': async (req, res) => {
      const { after, limit } = parse(membersQuerySchema, req.query, 'query')
      res.json(await store.read(membersPage(req.params.id, parseAfter(after), limit)))
    },
    'post /lists/{id}/members': [
      json,
      async (req, res) => {
        res.json(await change(req.params.id, req.body, 'added'))
      },
    ],
    'post /lists/{id}/members/remove': [
      json,
      async (req, res) => {
        res.json(await change(req.params.id, req.body, 'removed'))
      },
    ],
  } satisfies Partial<Handlers>
}

/** Two lists of one name could not be told apart in a picker. */
function* mustBeFree(name: string, self?: string): Work<void> {
  const plain = name.trim().toLowerCase()
  const other = (yield* allLists()).find(l => l.name.trim().toLowerCase() === plain && l.id !== self)
  if (other !== undefined)
    throw refuse(409, 'list.same-name', `There is a list called "${other.name}" already.`, 'Choose another name.')
}

/** All or nothing: a typing mistake in one id must not leave half of the others on the list. */
function mustKnow(wanted: readonly string[], found: ReadonlyMap<string, StoredLead>): readonly number[] {
  const missing = [...new Set(wanted)].filter(id => !found.has(id))
  if (missing.length > 0) {
    const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : ''
    const named = missing.slice(0, MOST_NAMED).map(id => `"${id}"`)
    throw refuse(
      400,
      'list.unknown-leads',
      `There is no lead ${named.join(', ')}${more}. Nothing was changed.`,
      'Create these leads first, or leave them out.',
    )
  }
  return [...new Set([...found.values()].map(l => l.id))]
}
