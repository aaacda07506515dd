import { type FieldsView, fieldNameSchema, fieldRuleSchema, putFieldSchema } from '#shared/api/fields'
import { builtInFields } from '#shared/rules/fields'
import { deleteField, onlyKnownFields, putField, setOnlyKnownFields, storedFields } from '#shared/store/fields'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { notThere } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

const LIMIT = 2 ** 16

export function fieldHandlers({ env: { store, clock }, engine }: Desk) {
  /** What changes the fields also changes what the registry keeps of them. */
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

function* allFields(): Work<FieldsView> {
  const stored = yield* storedFields()
  const names = new Set(stored.map(f => f.name))
  const isBuiltIn = (name: string) => builtInFields.some(f => f.name === name)
  const fields = [
    ...builtInFields.filter(f => !names.has(f.name)).map(f => ({ ...f, builtIn: true, stored: false })),
    ...stored.map(f => ({ ...f, builtIn: isBuiltIn(f.name), stored: true })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { fields, onlyKnown: yield* onlyKnownFields() }
}
