import {
  changeMembersSchema,
  listSchema,
  listsSchema,
  membersChangedSchema,
  membersPageSchema,
  membersQuerySchema,
  putListSchema,
} from '../api/lists'
import { routeTable } from './route'

const unknownList = { 404: 'There is no list with this id.' }

export const listRoutes = routeTable({
  'get /lists': {
    tag: 'Lists',
    summary: 'All lists by name, with how many leads are on each.',
    answer: { status: 200, schema: listsSchema },
  },
  'post /lists': {
    tag: 'Lists',
    summary: 'Create an empty list.',
    body: putListSchema,
    answer: { status: 201, schema: listSchema },
    refusals: { 409: 'Another list has this name.' },
  },
  'get /lists/{id}': {
    tag: 'Lists',
    summary: 'One list.',
    answer: { status: 200, schema: listSchema },
    refusals: unknownList,
  },
  'put /lists/{id}': {
    tag: 'Lists',
    summary: 'Rename or describe a list. Its id stays.',
    body: putListSchema,
    answer: { status: 200, schema: listSchema },
    refusals: { ...unknownList, 409: 'Another list has this name.' },
  },
  'delete /lists/{id}': {
    tag: 'Lists',
    summary: 'Delete a list; its leads stay.',
    answer: { status: 204 },
    refusals: { ...unknownList, 409: 'A campaign that leads walk uses it.' },
  },
  'get /lists/{id}/members': {
    tag: 'Lists',
    summary: 'Who is on a list, the newest leads first.',
    query: membersQuerySchema,
    answer: { status: 200, schema: membersPageSchema },
    refusals: unknownList,
  },
  'post /lists/{id}/members': {
    tag: 'Lists',
    summary: 'Put leads on a list. One who is on it already stays.',
    body: changeMembersSchema,
    answer: { status: 200, schema: membersChangedSchema },
    refusals: unknownList,
  },
  'post /lists/{id}/members/remove': {
    tag: 'Lists',
    summary: 'Take leads off a list.',
    body: changeMembersSchema,
    answer: { status: 200, schema: membersChangedSchema },
    refusals: unknownList,
  },
})
