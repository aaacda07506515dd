import { NativeSelect, TextInput } from '@mantine/core'
import type { Auth } from '#shared/rules/webhook'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'
import { SecretPicker } from './secret-picker'

const sorts: readonly { readonly value: Auth['as']; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User and password' },
  { value: 'api-key', label: 'API key' },
  { value: 'oauth2', label: 'OAuth 2.0 client credentials' },
]

const fresh: { readonly [A in Auth['as']]: Extract<Auth, { as: A }> } = {
  none: { as: 'none' },
  basic: { as: 'basic', user: '', password: '' },
  bearer: { as: 'bearer', token: '' },
  'api-key': { as: 'api-key', where: 'header', name: 'X-Api-Key', value: '' },
  oauth2: { as: 'oauth2', tokenUrl: '', clientId: '', clientSecret: '', scope: '' },
}

/** Who we say that we are to the receiver. Secrets are chosen by name. */
export function AuthField({ value, onChange, field, path, problems }: FieldProps<Auth, FieldOf<'auth'>>) {
  const at = (key: string) => ({ 'data-path': `${path}.${key}`, error: problemAt(problems, `${path}.${key}`) })
  return (
    <Several {...{ field, path, problems }}>
      <NativeSelect
        aria-label="Authentication"
        data={[...sorts]}
        value={value.as}
        onChange={event => onChange(fresh[event.currentTarget.value as Auth['as']])}
      />
      {value.as === 'basic' && (
        <>
          <TextInput
            {...at('user')}
            label="User"
            autoComplete="off"
            maxLength={200}
            value={value.user}
            onChange={event => onChange({ ...value, user: event.currentTarget.value })}
          />
          <SecretPicker
            {...at('password')}
            label="Password"
            value={value.password}
            onChange={password => onChange({ ...value, password })}
          />
        </>
      )}
      {value.as === 'bearer' && (
        <SecretPicker
          {...at('token')}
          label="Token"
          value={value.token}
          onChange={token => onChange({ ...value, token })}
        />
      )}
      {value.as === 'api-key' && (
        <>
          <NativeSelect
            label="Sent in"
            data={[
              { value: 'header', label: 'A header' },
              { value: 'query', label: 'The query of the address' },
            ]}
            value={value.where}
            onChange={event =>
              onChange({ ...value, where: event.currentTarget.value === 'query' ? 'query' : 'header' })
            }
          />
          <TextInput
            {...at('name')}
            label="Name"
            maxLength={200}
            value={value.name}
            onChange={event => onChange({ ...value, name: event.currentTarget.value })}
          />
          <SecretPicker
            {...at('value')}
            label="Key"
            value={value.value}
            onChange={key => onChange({ ...value, value: key })}
          />
        </>
      )}
      {value.as === 'oauth2' && (
        <>
          <TextInput
            {...at('tokenUrl')}
            label="Token address"
            placeholder="https://login.example.com/oauth/token"
            maxLength={2048}
            value={value.tokenUrl}
            onChange={event => onChange({ ...value, tokenUrl: event.currentTarget.value })}
          />
          <TextInput
            {...at('clientId')}
            label="Client id"
            autoComplete="off"
            maxLength={500}
            value={value.clientId}
            onChange={event => onChange({ ...value, clientId: event.currentTarget.value })}
          />
          <SecretPicker
            {...at('clientSecret')}
            label="Client secret"
            value={value.clientSecret}
            onChange={clientSecret => onChange({ ...value, clientSecret })}
          />
          <TextInput
            label="Scope"
            description="Empty: what the receiver gives by default."
            maxLength={1000}
            value={value.scope}
            onChange={event => onChange({ ...value, scope: event.currentTarget.value })}
          />
        </>
      )}
    </Several>
  )
}
