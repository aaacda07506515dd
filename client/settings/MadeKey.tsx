import { Button, Group, Stack, Text } from '@mantine/core'
import { Mono } from '../ui'

/**
 * A signing key that was just made. A shared key is shown only now; of a pair only the public half is shown at all.
 */
export function MadeKey({ made, publicKey, onClose }: { made: string; publicKey: string | null; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        {publicKey === null
          ? 'Give this key to the receiver now. It is not shown again.'
          : 'Give this public key to the receiver. It can be read here at any time.'}
      </Text>
      <Mono value={publicKey ?? made} />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
