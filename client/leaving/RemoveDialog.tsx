import { TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Confirm } from '../ui'

/** Asks for a reason, then takes out whom `remove` takes out. What is lost by it stands in `children`. */
export function RemoveDialog<T>(props: {
  title: string
  act: string
  children: ReactNode
  remove: (reason: string) => Promise<T>
  onDone: (answer: T) => void
  onClose: () => void
}) {
  const { title, act, children, remove, onDone, onClose } = props
  const [reason, setReason] = useState('')
  const removing = useMutation({
    mutationFn: () => remove(reason.trim()),
    onSuccess: answer => {
      onDone(answer)
      onClose()
    },
  })
  return (
    <Confirm
      opened
      title={title}
      act={act}
      refused="Nobody was removed."
      busy={removing.isPending}
      error={removing.error}
      onConfirm={() => removing.mutate()}
      onClose={onClose}
    >
      {children}
      <TextInput
        mt="md"
        label="Reason"
        description="Shown in the inspector. Optional."
        placeholder="Called by phone"
        maxLength={200}
        value={reason}
        onChange={event => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}
