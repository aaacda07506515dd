import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ReceiverView } from '#shared/api/receivers'
import { useReceivers } from '../api/receivers'
import { ReceiverState } from '../hosts/Receivers'
import { SwitchOff, SwitchOn } from '../hosts/SwitchDialogs'
import { Mono, sayCount } from '../ui'
import styles from './webhooks.module.css'

/** Where this webhook sends to, when that only fails or is switched off. */
export function ReceiverNotice({ webhook }: { webhook: string }) {
  const { data } = useReceivers()
  const mine = data?.receivers.filter(({ webhooks }) => webhooks.some(({ id }) => id === webhook)) ?? []
  return mine.map(receiver => <OneReceiver key={receiver.address} receiver={receiver} />)
}

function OneReceiver({ receiver }: { receiver: ReceiverView }) {
  const [isAsking, setAsking] = useState(false)
  const { address, state, waiting } = receiver
  return (
    <section className={styles.receiver} aria-label={`The endpoint ${address}`}>
      <div>
        <Mono value={address} copy="the address" />
        <ReceiverState receiver={receiver} />
        {state === 'off' && (
          <p className={styles.muted}>
            {waiting === 0
              ? 'Nobody waits for it.'
              : `${sayCount(waiting, 'lead')} ${waiting === 1 ? 'waits' : 'wait'} for it.`}
          </p>
        )}
      </div>
      <Button variant="default" onClick={() => setAsking(true)}>
        {state === 'off' ? 'Switch on…' : 'Switch off…'}
      </Button>
      {isAsking && state === 'off' && <SwitchOn receiver={receiver} onClose={() => setAsking(false)} />}
      {isAsking && state !== 'off' && <SwitchOff address={address} onClose={() => setAsking(false)} />}
    </section>
  )
}
