import { Button, NativeSelect } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useSecrets } from '../../api/secrets'
import { NewSecret } from '../../settings/NewSecret'
import styles from './fields.module.css'

interface SecretPickerProps {
  readonly label: string
  readonly value: string
  readonly onChange: (name: string) => void
  readonly kind?: 'text' | 'signing'
  readonly error?: ReactNode
  readonly 'data-path'?: string
}

/** Chooses a secret by its name, or makes a new one on the spot. */
export function SecretPicker({ value, onChange, kind = 'text', ...rest }: SecretPickerProps) {
  const { data: secrets = [] } = useSecrets()
  const [isMaking, setMaking] = useState(false)
  const names = secrets.filter(secret => secret.kind === kind).map(secret => secret.name)
  const all = value === '' || names.includes(value) ? names : [value, ...names]
  const what = kind === 'signing' ? 'signing key' : 'secret'
  return (
    <div className={styles.options}>
      <NativeSelect
        {...rest}
        data={[{ value: '', label: `Choose a ${what}` }, ...all.map(name => ({ value: name, label: name }))]}
        value={value}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <Button
        variant="subtle"
        size="compact-sm"
        style={{ justifySelf: 'start', alignSelf: 'start' }}
        onClick={() => setMaking(true)}
      >
        New {what}
      </Button>
      <NewSecret kind={kind} isOpen={isMaking} onClose={() => setMaking(false)} onMade={onChange} />
    </div>
  )
}
