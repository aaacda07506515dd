import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { Refusal } from './Refusal'

interface Props {
  readonly opened: boolean
  readonly title: string
  readonly children: ReactNode
  /** The words of the button that does it: `Delete the draft`. */
  readonly act: string
  /** What to say when the server refuses: `The draft was not deleted.` */
  readonly refused: string
  readonly busy: boolean
  /** What the server refused, shown in place. */
  readonly error?: unknown
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something that cannot be taken back. Cancel has the focus. */
export function Confirm({ opened, title, children, act, refused, busy, error, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="sm">
      {children}
      <Refusal what={refused} error={error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" loading={busy} onClick={onConfirm}>
          {act}
        </Button>
      </Group>
    </Modal>
  )
}
