import { Switch } from '@mantine/core'
import type { Signing } from '#shared/rules/webhook'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'
import { SecretPicker } from './secret-picker'

/** How the receiver can tell that a call is ours: Standard Webhooks, with a key that is chosen by name. */
export function SigningField({ value, onChange, field, path, problems }: FieldProps<Signing, FieldOf<'signing'>>) {
  return (
    <Several {...{ field, path, problems }}>
      <Switch
        label="Sign every call (Standard Webhooks)"
        checked={value.as === 'standard'}
        onChange={event => onChange(event.currentTarget.checked ? { as: 'standard', key: '' } : { as: 'none' })}
      />
      {value.as === 'standard' && (
        <SecretPicker
          kind="signing"
          label="Signing key"
          data-path={`${path}.key`}
          error={problemAt(problems, `${path}.key`)}
          value={value.key}
          onChange={key => onChange({ ...value, key })}
        />
      )}
    </Several>
  )
}
