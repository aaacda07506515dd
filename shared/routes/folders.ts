import { campaignSummarySchema } from '../api'
import { folderSchema, foldersSchema, moveSchema, postFolderSchema, putFolderSchema } from '../api/folders'
import { routeTable } from './route'

const unknown = { 404: 'There is no folder with this id.' }

/** Folders of campaigns, and where campaigns lie. The addresses of the API call them programs, as Marketo does. */
export const folderRoutes = routeTable({
  'get /programs': {
    tag: 'Folders',
    summary: 'All campaign folders with their tokens.',
    answer: { status: 200, schema: foldersSchema },
  },
  'post /programs': {
    tag: 'Folders',
    summary: 'Make a folder.',
    body: postFolderSchema,
    answer: { status: 201, schema: folderSchema },
    refusals: { 422: 'It cannot lie there.' },
  },
  'get /programs/{id}': {
    tag: 'Folders',
    summary: 'One folder.',
    answer: { status: 200, schema: folderSchema },
    refusals: unknown,
  },
  'put /programs/{id}': {
    tag: 'Folders',
    summary: 'Rename or move a folder, or change its tokens. Live campaigns send by the change from now on.',
    body: putFolderSchema,
    answer: { status: 200, schema: folderSchema },
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
