import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReceiverView } from '#shared/api/receivers'
import { receivers, useSwitch } from '../api/receivers'
import { Refusal, sayCount, toast } from '../ui'
import styles from './hosts.module.css'

/** Asks before an endpoint is switched on, and says how many leads go on by that. */
export function SwitchOn({ receiver, onClose }: { receiver: ReceiverView; onClose: () => void }) {
  const { address, waiting } = receiver
  const { mutate, isPending, error } = useSwitch(receivers.on, ({ released }) => {
    toast.done(released === 0 ? `${address} is switched on` : `${sayCount(released, 'lead')} go on`)
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title="Switch this endpoint on?" size="md">
      <div className={styles.form}>
        <p className={styles.address}>{address}</p>
        <p>
          {waiting === 0
            ? 'Nobody waits for it. New calls leave at once.'
            : `${sayCount(waiting, 'lead')} ${waiting === 1 ? 'waits' : 'wait'} for it and ${waiting === 1 ? 'goes' : 'go'} on within seconds, in order. Quiet hours, caps, rates and limits still hold, and leads of a paused campaign wait for its resume.`}
        </p>
        <p className={styles.none}>If it still only fails, it is switched off again: send it a test first.</p>
        <Refusal what="The endpoint was not switched on." error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button data-autofocus loading={isPending} onClick={() => mutate(address)}>
            {waiting === 0 ? 'Switch on' : `Switch on, ${sayCount(waiting, 'lead')}`}
          </Button>
        </Group>
      </div>
    </Modal>
  )
}

/** Switches an endpoint off by hand. Empty: any address may be named. */
export function SwitchOff({ address: named, onClose }: { address: string; onClose: () => void }) {
  const [address, setAddress] = useState(named)
  const { mutate, isPending, error } = useSwitch(receivers.off, ({ address: off }) => {
    toast.done(`${off} is switched off`)
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title="Switch an endpoint off" size="md">
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          mutate(address.trim())
        }}
      >
        <p>
          Nothing more is sent there until somebody switches it on. Leads wait there; they lose no attempt, and nothing
          counts for their caps. Calls on the wire may finish.
        </p>
        <TextInput
          label="Address"
          description="Without a query. Put * where the part of each lead begins: https://crm.example.com/leads/*"
          placeholder="https://crm.example.com/leads"
          data-autofocus={named === '' || undefined}
          value={address}
          readOnly={named !== ''}
          onChange={event => setAddress(event.currentTarget.value)}
        />
        <Refusal what="The endpoint was not switched off." error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={address.trim() === ''}>
            Switch off
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
