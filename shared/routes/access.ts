import { accessSchema } from '../api/access'
import { routeTable } from './route'

export const accessRoutes = routeTable({
  'get /access': {
    tag: 'System',
    summary: 'Does this server ask for an access token? Whoever is answered may come in.',
    answer: { status: 200, schema: accessSchema },
  },
})
