import { Button, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { HostStatus } from '#shared/api/hosts'
import { hosts, hostsKey } from '../api'
import { Refusal, toast } from '../ui'
import styles from './hosts.module.css'

/** What an endpoint may be sent: calls at once, and in a second or minute. Empty means no limit. */
export function LimitDialog({ host, onClose }: { host: HostStatus | null; onClose: () => void }) {
  const [name, setName] = useState(host?.host ?? '')
  const [connections, setConnections] = useState(host?.connections ?? null)
  const [most, setMost] = useState(host?.rate?.most ?? null)
  const [per, setPer] = useState(host?.rate?.per ?? 'second')
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () => hosts.limit({ host: name.trim(), connections, rate: most === null ? null : { most, per } }),
    onSuccess: saved => {
      void queries.invalidateQueries({ queryKey: hostsKey })
      toast.done(`The limit of ${saved.host} is set`)
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title="Limit of an endpoint">
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextInput
          label="Endpoint"
          placeholder="https://crm.example.com"
          data-autofocus={host === null || undefined}
          value={name}
          readOnly={host !== null}
          onChange={event => setName(event.currentTarget.value)}
        />
        <NumberInput
          label="Calls at once"
          description="Empty: as many as the connections allow."
          min={1}
          max={256}
          allowDecimal={false}
          clampBehavior="strict"
          value={connections ?? ''}
          onChange={next => setConnections(typeof next === 'number' ? next : null)}
        />
        <div className={styles.pair}>
          <NumberInput
            label="Calls at most"
            description="Retries count too. Empty: no limit."
            min={1}
            max={100_000}
            allowDecimal={false}
            clampBehavior="strict"
            value={most ?? ''}
            onChange={next => setMost(typeof next === 'number' ? next : null)}
          />
          <NativeSelect
            label="In a"
            data={['second', 'minute']}
            value={per}
            onChange={event => setPer(event.currentTarget.value === 'minute' ? 'minute' : 'second')}
          />
        </div>
        <Refusal what="The limit was not set." error={save.error} />
        <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>
          Set the limit
        </Button>
      </form>
    </Modal>
  )
}
