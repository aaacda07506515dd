import { campaignSummarySchema } from '../api'
import { moveSchema, postProgramSchema, programSchema, programsSchema, putProgramSchema } from '../api/programs'
import type { Route } from '../routes'

const unknown = { 404: 'There is no folder with this id.' }

/** Campaign folders ("programs") and where campaigns lie. */
export const programRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/programs',
    tag: 'Folders',
    summary: 'All campaign folders with their tokens.',
    answer: { status: 200, schema: programsSchema },
  },
  {
    method: 'post',
    path: '/programs',
    tag: 'Folders',
    summary: 'Make a folder.',
    body: postProgramSchema,
    answer: { status: 201, schema: programSchema },
    refusals: { 422: 'It cannot lie there.' },
  },
  {
    method: 'get',
    path: '/programs/{id}',
    tag: 'Folders',
    summary: 'One folder.',
    answer: { status: 200, schema: programSchema },
    refusals: unknown,
  },
  {
    method: 'put',
    path: '/programs/{id}',
    tag: 'Folders',
    summary: 'Rename or move a folder, or change its tokens. Live campaigns send by the change from now on.',
    body: putProgramSchema,
    answer: { status: 200, schema: programSchema },
    refusals: { ...unknown, 409: 'Somebody else saved since `revision`.', 422: 'It cannot lie there.' },
  },
  {
    method: 'delete',
    path: '/programs/{id}',
    tag: 'Folders',
    summary: 'Delete an empty folder.',
    answer: { status: 204 },
    refusals: { ...unknown, 409: 'Something lies in it.' },
  },
  {
    method: 'put',
    path: '/campaigns/{id}/program',
    tag: 'Folders',
    summary: 'Move a campaign into a folder, or out of all.',
    body: moveSchema,
    answer: { status: 200, schema: campaignSummarySchema },
    refusals: { 404: 'There is no campaign with this id.', 422: 'There is no such folder.' },
  },
]
