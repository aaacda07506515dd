import { sandboxSchema, sandboxSettingsSchema } from '../api'
import { routeTable } from './route'

/** The built-in receiver. */
export const sandboxRoutes = routeTable({
  'get /sandbox': {
    tag: 'Sandbox',
    summary: 'What arrived at the sandbox receiver, newest first, and how it answers.',
    answer: { status: 200, schema: sandboxSchema },
  },
  'put /sandbox': {
    tag: 'Sandbox',
    summary: 'Choose how the sandbox receiver answers.',
    body: sandboxSettingsSchema,
    answer: { status: 200, schema: sandboxSchema },
  },
  'delete /sandbox': {
    tag: 'Sandbox',
    summary: 'Forget the calls that arrived.',
    answer: { status: 200, schema: sandboxSchema },
  },
  'get /sandbox/live': {
    tag: 'Sandbox',
    summary: 'Calls as they arrive (`event: call`).',
    answer: { status: 200, type: 'text/event-stream' },
  },
})
