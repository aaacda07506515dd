import { z } from 'zod'
import { importQuerySchema, importSchema, importsSchema } from '../api'
import { routeTable } from './route'

/** Leads from CSV. */
export const importRoutes = routeTable({
  'post /leads/import': {
    tag: 'Leads',
    summary:
      'Import leads from CSV. Answers when the file has arrived and is on disk; from then on it is read to its end, over restarts. Follow the progress with GET.',
    query: importQuerySchema,
    body: z.string(),
    bodyType: 'text/csv',
    answer: { status: 202, schema: importSchema },
  },
  'get /imports': {
    tag: 'Leads',
    summary: 'Imports that run, and those that ended, newest first: the last 50, as long as requests are kept.',
    answer: { status: 200, schema: importsSchema },
  },
  'get /leads/import/{id}': {
    tag: 'Leads',
    summary: 'How far an import has come.',
    answer: { status: 200, schema: importSchema },
    refusals: { 404: 'There is no import with this id.' },
  },
  'delete /leads/import/{id}': {
    tag: 'Leads',
    summary: 'Cancel an import. Rows that were already stored stay.',
    answer: { status: 200, schema: importSchema },
    refusals: { 404: 'There is no import with this id.' },
  },
  'get /leads/import/{id}/rejected': {
    tag: 'Leads',
    summary: 'The rows that were refused, with a reason each, as CSV.',
    answer: { status: 200, type: 'text/csv' },
    refusals: { 404: 'There is no import with this id.' },
  },
})
