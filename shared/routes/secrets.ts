import {
  bindSecretSchema,
  putSecretSchema,
  rotateSecretSchema,
  secretChangedSchema,
  secretsSchema,
} from '../api/secrets'
import { routeTable } from './route'

const unknownSecret = { 404: 'There is no secret of this name.' }

export const secretRoutes = routeTable({
  'get /secrets': {
    tag: 'Secrets',
    summary: 'The names of all secrets and signing keys, never their values.',
    answer: { status: 200, schema: secretsSchema },
  },
  'put /secrets/{name}': {
    tag: 'Secrets',
    summary: 'Store a secret, or make a signing key. A new signing key is answered this once.',
    body: putSecretSchema,
    answer: { status: 200, schema: secretChangedSchema },
    refusals: { 409: 'The name belongs to the other kind, or to a signing key that is rotated and not replaced.' },
  },
  'delete /secrets/{name}': {
    tag: 'Secrets',
    summary: 'Delete a secret that no running campaign names.',
    answer: { status: 204 },
    refusals: { ...unknownSecret, 409: 'A campaign that leads walk names it.' },
  },
  'put /secrets/{name}/hosts': {
    tag: 'Secrets',
    summary: 'Say which hosts a secret may go to. It leaves for no other, whoever names it.',
    body: bindSecretSchema,
    answer: { status: 200, schema: secretChangedSchema },
    refusals: { ...unknownSecret, 409: 'It is a signing key, which never leaves.' },
  },
  'post /secrets/{name}/rotate': {
    tag: 'Secrets',
    summary: 'Make a new signing key; the old one signs along for a while.',
    body: rotateSecretSchema,
    answer: { status: 200, schema: secretChangedSchema },
    refusals: { ...unknownSecret, 409: 'It is no signing key, or it has ten old keys already.' },
  },
})
