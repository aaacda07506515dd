import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type ImportView, importQuerySchema } from '#shared/api'
import type { Desk } from '../desk'
import { MAX_IMPORT_BYTES, tooLarge } from '../imports/limit'
import { notThere } from '../problem'
import { mustBe } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'

export function importHandlers({ imports }: Desk) {
  const found = (id: string, view: ImportView | undefined): ImportView => {
    if (view === undefined) throw notThere('import', id)
    return view
  }
  return {
    'get /imports': async (_req, res) => {
      res.json({ imports: await imports.list() })
    },
    'post /leads/import': async (req, res) => {
      mustBe('text/csv', req, 'the CSV itself')
      if (Number(req.headers['content-length'] ?? 0) > MAX_IMPORT_BYTES) throw tooLarge()
      const wanted = parse(importQuerySchema, req.query, 'query')
      res.status(202).json(await imports.begin(req, wanted))
    },
    'get /leads/import/{id}': async (req, res) => {
      res.json(found(req.params.id, await imports.find(req.params.id)))
    },
    'delete /leads/import/{id}': async (req, res) => {
      res.json(found(req.params.id, await imports.cancel(req.params.id)))
    },
    'get /leads/import/{id}/rejected': async (req, res) => {
      const { id } = req.params
      const rejected = await imports.rejected(id)
      if (rejected === undefined) throw notThere('import', id)
      res.set({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="rejected-${id}.csv"`,
      })
      if (rejected.bytes === 0) res.end()
      else await pipeline(createReadStream(rejected.path, { end: rejected.bytes - 1 }), res)
    },
  } satisfies Partial<Handlers>
}
