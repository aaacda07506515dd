import { fieldNameSchema, fieldRuleSchema, putFieldSchema } from '#shared/api/fields'
import { builtInFields } from '#shared/rules/fields'
import { deleteField, putField, setOnlyKnownFields } from '#shared/store/fields'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { notThere } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { allFields } from '../views/fields'

const LIMIT = 2 ** 16

export function fieldHandlers({ env: { store, clock }, engine }: Desk) {
  /** The registry keeps the fields, so a change of them refreshes it. */
  const change = <T>(work: Work<T>): Promise<T> =>
    engine.does(function* ({ registry }) {
      const done = yield* work
      yield* registry.refresh()
      return done
    })
  return {
    'get /fields': async (_req, res) => {
      res.json(await store.read(allFields()))
    },
    'put /fields': [
      readJson(LIMIT),
      async (req, res) => {
        await change(setOnlyKnownFields(parse(fieldRuleSchema, req.body).onlyKnown))
        res.json(await store.read(allFields()))
      },
    ],
    'put /fields/{name}': [
      readJson(LIMIT),
      async (req, res) => {
        const name = parse(fieldNameSchema, req.params.name, 'address')
        const field = { name, ...parse(putFieldSchema, req.body) }
        await change(putField(field, clock.now()))
        res.json({ ...field, builtIn: builtInFields.some(f => f.name === name), stored: true })
      },
    ],
    'delete /fields/{name}': async (req, res) => {
      const name = req.params.name
      if (!(await change(deleteField(name)))) throw notThere('field', name)
      res.status(204).end()
    },
  } satisfies Partial<Handlers>
}
