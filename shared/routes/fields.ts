import { fieldRuleSchema, fieldSchema, fieldsSchema, putFieldSchema } from '../api/fields'
import { routeTable } from './route'

/** Typed lead fields. */
export const fieldRoutes = routeTable({
  'get /fields': {
    tag: 'Leads',
    summary: 'All lead fields with their types, and whether other attributes are taken.',
    answer: { status: 200, schema: fieldsSchema },
  },
  'put /fields': {
    tag: 'Leads',
    summary: 'Say whether attributes are taken that have no field.',
    body: fieldRuleSchema,
    answer: { status: 200, schema: fieldsSchema },
  },
  'put /fields/{name}': {
    tag: 'Leads',
    summary: 'Create a field, or change it. Values that are stored already stay as they are.',
    body: putFieldSchema,
    answer: { status: 200, schema: fieldSchema },
  },
  'delete /fields/{name}': {
    tag: 'Leads',
    summary: 'Delete a field. Values stay on their leads; a built-in field is as it was at first.',
    answer: { status: 204 },
    refusals: { 404: 'Nobody made a field of this name.' },
  },
})
