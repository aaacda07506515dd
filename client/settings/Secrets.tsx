import { Button, Group, Modal, NumberInput, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { SecretView } from '#shared/api/secrets'
import { useSecretActs, useSecrets } from '../api/secrets'
import { Loaded, Mono, Refusal, When } from '../ui'
import { HostLines, toHosts } from './HostLines'
import { MadeKey } from './MadeKey'
import { NewSecret } from './NewSecret'
import styles from './settings.module.css'

type Doing = {
  readonly is: 'new' | 'value' | 'hosts' | 'rotate' | 'delete'
  readonly kind: SecretView['kind']
  readonly name: string
}

/** Secrets and signing keys, by name: what uses them, and when they were used last. */
export function Secrets() {
  const query = useSecrets()
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => setDoing(null)
  return (
    <div className={`${styles.form} ${styles.wide}`}>
      <section aria-labelledby="secrets">
        <h2 id="secrets">Secrets and signing keys</h2>
        <p>
          Passwords and tokens that webhooks send, and keys that sign them. They are stored encrypted and never shown
          again; a text uses one as {'{{ secret.name }}'}. A secret leaves for its own hosts only.
        </p>
        <Loaded query={query} what="the secrets">
          {secrets => (secrets.length === 0 ? <p>There are none yet.</p> : <List secrets={secrets} onDo={setDoing} />)}
        </Loaded>
        <Group>
          <Button variant="default" onClick={() => setDoing({ is: 'new', kind: 'text', name: '' })}>
            New secret
          </Button>
          <Button variant="default" onClick={() => setDoing({ is: 'new', kind: 'signing', name: '' })}>
            New signing key
          </Button>
        </Group>
      </section>
      {doing !== null && (doing.is === 'new' || doing.is === 'value') && (
        <NewSecret isOpen kind={doing.kind} onClose={close} {...(doing.is === 'value' && { replaces: doing.name })} />
      )}
      {doing?.is === 'hosts' && (
        <Hosts
          name={doing.name}
          hosts={query.data?.find(each => each.name === doing.name)?.hosts ?? []}
          onClose={close}
        />
      )}
      {doing?.is === 'rotate' && <Rotate name={doing.name} onClose={close} />}
      {doing?.is === 'delete' && <Delete name={doing.name} onClose={close} />}
    </div>
  )
}

function List({ secrets, onDo }: { secrets: readonly SecretView[]; onDo: (doing: Doing) => void }) {
  return (
    <Table aria-label="Secrets and signing keys">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>May go to</Table.Th>
          <Table.Th>Used by</Table.Th>
          <Table.Th>Last used</Table.Th>
          <Table.Th aria-label="What can be done" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {secrets.map(({ name, kind, usedBy, usedAt, keys, hosts, locked }) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Mono value={name} />
              {locked && (
                <Text size="xs" c="red" component="div">
                  Its key is lost. Store it anew, or start with the right key.
                </Text>
              )}
              {keys.map(key => (
                <Text key={`${key.publicKey}${key.until}`} size="xs" c="dimmed" component="div">
                  {key.algorithm === 'v1' ? 'HMAC-SHA256' : 'Ed25519'}
                  {key.until !== null && (
                    <>
                      , old, signs until <When at={key.until} />
                    </>
                  )}
                  {key.publicKey !== null && <Mono value={key.publicKey} />}
                </Text>
              ))}
            </Table.Td>
            <Table.Td>
              {kind === 'signing' ? 'It never leaves' : hosts.length === 0 ? 'Set at its first use' : hosts.join(', ')}
            </Table.Td>
            <Table.Td>{usedBy.length === 0 ? 'Nothing that runs' : usedBy.map(c => c.name).join(', ')}</Table.Td>
            <Table.Td>{usedAt === null ? 'Never' : <When at={usedAt} />}</Table.Td>
            <Table.Td>
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                {kind === 'text' && (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={`Hosts of ${name}`}
                    onClick={() => onDo({ is: 'hosts', kind, name })}
                  >
                    Hosts
                  </Button>
                )}
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={kind === 'text' || locked ? `New value of ${name}` : `Rotate ${name}`}
                  onClick={() => onDo({ is: kind === 'text' || locked ? 'value' : 'rotate', kind, name })}
                >
                  {kind === 'text' || locked ? 'New value' : 'Rotate'}
                </Button>
                <Button
                  variant="subtle"
                  color="red"
                  size="compact-sm"
                  aria-label={`Delete ${name}`}
                  onClick={() => onDo({ is: 'delete', kind, name })}
                >
                  Delete
                </Button>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Hosts({ name, hosts, onClose }: { name: string; hosts: readonly string[]; onClose: () => void }) {
  const [lines, setLines] = useState(hosts.join('\n'))
  const { bind } = useSecretActs()
  return (
    <Modal opened onClose={onClose} title={`Hosts of ${name}`}>
      <form
        onSubmit={event => {
          event.preventDefault()
          bind.mutate({ name, hosts: toHosts(lines) }, { onSuccess: onClose })
        }}
      >
        <Stack>
          <HostLines value={lines} onChange={setLines} autoFocus />
          <Refusal what="The hosts were not changed." error={bind.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={bind.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Rotate({ name, onClose }: { name: string; onClose: () => void }) {
  const [overlapHours, setOverlap] = useState(24)
  const { rotate } = useSecretActs()
  const made = rotate.data
  return (
    <Modal opened onClose={onClose} title={`Rotate ${name}`}>
      {made?.key ? (
        <MadeKey made={made.key} publicKey={made.secret.keys[0]?.publicKey ?? null} onClose={onClose} />
      ) : (
        <Stack>
          <Text size="sm">A new key is made. Until the overlap ends, every call carries a signature of both.</Text>
          <NumberInput
            label="The old key signs along for"
            suffix=" hours"
            min={0}
            max={168}
            clampBehavior="blur"
            value={overlapHours}
            onChange={next => typeof next === 'number' && setOverlap(next)}
          />
          <Refusal what="The key was not rotated." error={rotate.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate({ name, overlapHours })}>
              Rotate
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}

function Delete({ name, onClose }: { name: string; onClose: () => void }) {
  const { remove } = useSecretActs()
  return (
    <Modal opened onClose={onClose} title={`Delete ${name}`}>
      <Stack>
        <Text size="sm">Drafts that name it cannot be launched until they name another.</Text>
        <Refusal what="It was not deleted." error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(name, { onSuccess: onClose })}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
