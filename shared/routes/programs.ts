import { campaignSummarySchema } from '../api'
import { moveSchema, postProgramSchema, programSchema, programsSchema, putProgramSchema } from '../api/programs'
import { routeTable } from './route'

const unknown = { 404: 'There is no folder with this id.' }

/** Campaign folders ("programs") and where campaigns lie. */
export const programRoutes = routeTable({
  'get /programs': {
    tag: 'Folders',
    summary: 'All campaign folders with their tokens.',
    answer: { status: 200, schema: programsSchema },
  },
  'post /programs': {
    tag: 'Folders',
    summary: 'Make a folder.',
    body: postProgramSchema,
    answer: { status: 201, schema: programSchema },
    refusals: { 422: 'It cannot lie there.' },
  },
  'get /programs/{id}': {
    tag: 'Folders',
    summary: 'One folder.',
    answer: { status: 200, schema: programSchema },
    refusals: unknown,
  },
  'put /programs/{id}': {
    tag: 'Folders',
    summary: 'Rename or move a folder, or change its tokens. Live campaigns send by the change from now on.',
    body: putProgramSchema,
    answer: { status: 200, schema: programSchema },
    refusals: { ...unknown, 409: 'Somebody else saved since `revision`.', 422: 'It cannot lie there.' },
  },
  'delete /programs/{id}': {
    tag: 'Folders',
    summary: 'Delete an empty folder.',
    answer: { status: 204 },
    refusals: { ...unknown, 409: 'Something lies in it.' },
  },
  'put /campaigns/{id}/program': {
    tag: 'Folders',
    summary: 'Move a campaign into a folder, or out of all.',
    body: moveSchema,
    answer: { status: 200, schema: campaignSummarySchema },
    refusals: { 404: 'There is no campaign with this id.', 422: 'There is no such folder.' },
  },
})
