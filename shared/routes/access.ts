import { accessSchema } from '../api/access'
import type { Route } from '../routes'

export const accessRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/access',
    tag: 'System',
    summary: 'Does this server ask for an access token? Whoever is answered may come in.',
    answer: { status: 200, schema: accessSchema },
  },
]
