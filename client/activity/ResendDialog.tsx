import { Alert, Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ActivityView } from '#shared/api/activity'
import { activity, activityKeys } from '../api'
import { Refusal, toast } from '../ui'
import { type SendWhen, WhenChoice } from './WhenChoice'

interface Props {
  readonly view: ActivityView
  readonly isEdited: boolean
  readonly onClose: () => void
}

/** Asks before a dead letter goes out again; edited, when that was wanted. Headers are lines of `name: value`. */
export function ResendDialog({ view: { row, request }, isEdited, onClose }: Props) {
  const [when, setWhen] = useState<SendWhen>('allowed')
  const [url, setUrl] = useState(request?.url ?? '')
  const [headers, setHeaders] = useState(
    (request?.headers ?? []).map(([name, value]) => `${name}: ${value}`).join('\n'),
  )
  const [body, setBody] = useState(request?.body ?? '')
  const client = useQueryClient()
  const edited = { url, headers: toHeaders(headers), body: body === '' ? null : body }
  const send = useMutation({
    mutationFn: () => activity.resend(row.id, { when, ...(isEdited ? { request: edited } : {}) }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: activityKeys.all })
      toast.done('Sent again', 'Its answer is shown here when it comes.')
      onClose()
    },
  })
  return (
    <Modal
      opened
      onClose={onClose}
      title={isEdited ? 'Edit and send again' : 'Send again?'}
      size={isEdited ? 'lg' : 'md'}
    >
      <p>
        It goes out under the same webhook-id, so that a receiver can tell it from a new one. The journey has gone on
        and stays where it is; what the answer says about the lead is kept.
      </p>
      {row.outcome === 'uncertain' && (
        <Alert mt="md" color="yellow" icon={<TriangleAlert size={16} />} title="It may arrive twice">
          This call was to be sent once only, and the first may have arrived. Ask the receiver before you send it again;
          the webhook-id {row.webhookId} tells them which.
        </Alert>
      )}
      {isEdited && (
        <>
          <TextInput mt="md" label="URL" value={url} onChange={event => setUrl(event.currentTarget.value)} />
          <Textarea
            mt="sm"
            label="Headers"
            description="One a line. A masked secret stays as it was."
            autosize
            minRows={2}
            maxRows={8}
            value={headers}
            onChange={event => setHeaders(event.currentTarget.value)}
          />
          <Textarea
            mt="sm"
            label="Body"
            autosize
            minRows={4}
            maxRows={14}
            value={body}
            onChange={event => setBody(event.currentTarget.value)}
          />
        </>
      )}
      <WhenChoice value={when} onChange={setWhen} />
      <Refusal what="It was not sent." error={send.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus={!isEdited || undefined}>
          Cancel
        </Button>
        <Button loading={send.isPending} onClick={() => send.mutate()}>
          {isEdited ? 'Send the edited request' : 'Send again'}
        </Button>
      </Group>
    </Modal>
  )
}

/**
 * `x-source: hookline`, one a line. A line without a colon is a name without a value, which the server refuses in
 * words.
 */
function toHeaders(text: string): [string, string][] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const at = line.indexOf(':')
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    })
}
