import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useState } from 'react'
import { parseCurl } from '#shared/rules/curl'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import { toast } from '../../ui'
import styles from './fields.module.css'

/** Fills the request from a curl command. Nothing changes until it was read as a whole. */
export function PasteCurl({ onRead }: { onRead: (request: WebhookRequest) => void }) {
  const [isOpen, setOpen] = useState(false)
  const [command, setCommand] = useState('')
  const [refused, setRefused] = useState('')
  const close = () => {
    setOpen(false)
    setCommand('')
    setRefused('')
  }
  const read = () => {
    const found = parseCurl(command)
    if (found.is === 'refused') return setRefused(`${found.message} ${found.fix}`)
    onRead(found.request)
    toast.done('The request was read', found.notes.join(' '))
    close()
  }
  return (
    <>
      <button type="button" className={`${styles.mend} ${styles.paste}`} onClick={() => setOpen(true)}>
        Paste a curl command
      </button>
      <Modal opened={isOpen} onClose={close} title="Paste a curl command" size="lg">
        <Textarea
          label="Command"
          description="It replaces the address, the headers and the body of this step."
          placeholder="curl https://crm.example.com/leads -d 'email=ada@example.com'"
          data-autofocus
          autosize
          minRows={6}
          maxRows={16}
          value={command}
          error={refused || undefined}
          onChange={event => setCommand(event.currentTarget.value)}
          classNames={{ input: styles.mono ?? '' }}
          spellCheck={false}
        />
        <Group justify="flex-end" mt={16}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button disabled={command.trim() === ''} onClick={read}>
            Import
          </Button>
        </Group>
      </Modal>
    </>
  )
}
