import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { api, isAbort } from '../../api'
import { Refusal, sayCount } from '../../ui'
import { useFormContext } from '../context'
import styles from './fields.module.css'

interface Tally {
  readonly looked: number
  readonly matching: number
  readonly entering: number
  readonly total: number
  readonly isDone: boolean
}

/**
 * Counts who would enter now, a part of all leads at a time, with progress and a way to stop. It counts the draft, so
 * the draft is saved first.
 */
export function AudienceCount() {
  const { campaign, save } = useFormContext()
  const [counted, setCounted] = useState<Tally | null>(null)
  const [error, setError] = useState<unknown>(null)
  const stopping = useRef<AbortController | null>(null)
  const isCounting = counted !== null && !counted.isDone

  const count = async () => {
    const stop = new AbortController()
    stopping.current = stop
    setError(null)
    try {
      await save()
      let sum: Tally = { looked: 0, matching: 0, entering: 0, total: 0, isDone: false }
      setCounted(sum)
      for (let after: number | null = 0; after !== null && !stop.signal.aborted; ) {
        const part = await api.audiencePart(campaign.id, after, { signal: stop.signal })
        after = part.next
        sum = {
          looked: sum.looked + part.looked,
          matching: sum.matching + part.matching,
          entering: sum.entering + part.entering,
          total: part.total,
          isDone: after === null,
        }
        setCounted(sum)
      }
    } catch (failure) {
      setCounted(null)
      if (!isAbort(failure)) setError(failure)
    }
  }
  return (
    <div className={styles.countNow}>
      <Button
        variant="default"
        size="compact-sm"
        h={28}
        onClick={() => (isCounting ? stopping.current?.abort() : void count())}
      >
        {isCounting ? 'Stop counting' : 'Count who would enter now'}
      </Button>
      {counted !== null && (
        <p className={styles.help} role="status">
          {counted.isDone
            ? `${sayCount(counted.entering, 'lead')} would enter; ${sayCount(counted.matching, 'match', 'match')} of ${sayCount(counted.total, 'lead')}.`
            : `${sayCount(counted.looked, 'lead')} of ${counted.total.toLocaleString('en')} looked at…`}
        </p>
      )}
      {error !== null && <Refusal what="The leads could not be counted." error={error} />}
    </div>
  )
}
