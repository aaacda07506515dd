import { Button, Group, Modal, PasswordInput, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { secretName } from '#shared/rules/secrets'
import { useSecretActs, useSecrets } from '../api/secrets'
import { Refusal } from '../ui'
import { HostLines, toHosts } from './HostLines'
import { MadeKey } from './MadeKey'

interface NewSecretProps {
  readonly kind: 'text' | 'signing'
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onMade?: (name: string) => void
  /** Set: a new value for this secret. */
  readonly replaces?: string
  /** What somebody else has thought of already: a name, and a value that was found somewhere. */
  readonly proposed?: { readonly name: string; readonly value: string | null }
}

/** Makes a secret or a signing key. A value that was stored is never shown again. */
export function NewSecret({ kind, isOpen, onClose, onMade, replaces, proposed }: NewSecretProps) {
  const what = kind === 'signing' ? 'signing key' : 'secret'
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={replaces === undefined ? `New ${what}` : `New value of ${replaces}`}
    >
      <Form
        kind={kind}
        onClose={onClose}
        {...(onMade && { onMade })}
        {...(replaces !== undefined && { replaces })}
        {...(proposed !== undefined && { proposed })}
      />
    </Modal>
  )
}

function Form({ kind, onClose, onMade, replaces, proposed }: Omit<NewSecretProps, 'isOpen'>) {
  const [name, setName] = useState(replaces ?? proposed?.name ?? '')
  const [value, setValue] = useState(proposed?.value ?? '')
  const [algorithm, setAlgorithm] = useState<'v1' | 'v1a'>('v1')
  const [hosts, setHosts] = useState('')
  const { put } = useSecretActs()
  const { data: secrets = [] } = useSecrets()
  if (put.data?.key)
    return <MadeKey made={put.data.key} publicKey={put.data.secret.keys[0]?.publicKey ?? null} onClose={onClose} />
  // Storing under a name that is taken would change what other webhooks send.
  const isTaken = replaces === undefined && secrets.some(secret => secret.name === name)
  const isNamed = secretName.test(name) && !isTaken
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        // The canvas around us has forms of its own.
        event.stopPropagation()
        const bound = replaces === undefined && toHosts(hosts).length > 0 ? { hosts: toHosts(hosts) } : {}
        const body = kind === 'text' ? { kind, value, ...bound } : { kind, algorithm }
        put.mutate(
          { name, body },
          {
            onSuccess: ({ key }) => {
              onMade?.(name)
              if (key === null) onClose()
            },
          },
        )
      }}
    >
      <Stack>
        {replaces === undefined && (
          <TextInput
            label="Name"
            description="Small letters, digits and underscores, like crm_token."
            data-autofocus
            autoComplete="off"
            maxLength={40}
            value={name}
            error={
              isTaken
                ? 'There is a secret of this name already.'
                : name !== '' && !isNamed
                  ? 'Begin with a small letter; no spaces or dashes.'
                  : undefined
            }
            onChange={event => setName(event.currentTarget.value)}
          />
        )}
        {kind === 'text' ? (
          <PasswordInput
            label="Value"
            description={
              proposed?.value == null
                ? 'It is stored encrypted and never shown again.'
                : 'Taken from the request, where its token stands from then on. It is stored encrypted and never shown again.'
            }
            autoComplete="new-password"
            maxLength={4096}
            value={value}
            onChange={event => setValue(event.currentTarget.value)}
          />
        ) : (
          <Radio.Group
            label="Signature"
            value={algorithm}
            onChange={next => setAlgorithm(next === 'v1a' ? 'v1a' : 'v1')}
          >
            <Stack gap="xs" mt="xs">
              <Radio
                value="v1"
                label="HMAC-SHA256"
                description="You and the receiver share one key. Every verifier knows it."
              />
              <Radio value="v1a" label="Ed25519" description="The receiver needs only the public key." />
            </Stack>
          </Radio.Group>
        )}
        {kind === 'text' && replaces === undefined && <HostLines value={hosts} onChange={setHosts} />}
        <Refusal what="It was not stored." error={put.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={put.isPending} disabled={!isNamed || (kind === 'text' && value.length < 4)}>
            {kind === 'text' ? 'Store' : 'Make the key'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
