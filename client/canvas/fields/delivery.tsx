import { NativeSelect, NumberInput, Radio } from '@mantine/core'
import type { Delivery } from '#shared/rules/delivery'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'
import styles from './fields.module.css'

const retries: readonly { readonly value: Delivery['retry'] | ''; readonly label: string }[] = [
  { value: '', label: 'As the profile does it' },
  { value: 'none', label: 'Do not try again' },
  { value: 'brief', label: 'Try 3 more times within half a minute' },
  { value: 'braze', label: 'Try 5 more times within half an hour' },
  { value: 'prompt', label: 'Try 7 more times over 4 hours' },
  { value: 'svix', label: 'Try 7 more times over 28 hours' },
  { value: 'standard', label: 'Try 9 more times over 3 days' },
]

/** What happens when a call fails: how long we wait for it, when it is tried again, and whether it may be sent twice. */
export function DeliveryField({ value, onChange, field, path, problems }: FieldProps<Delivery, FieldOf<'delivery'>>) {
  const whole = (key: 'attemptSeconds' | 'totalHours', max: number) => ({
    'data-path': `${path}.${key}`,
    value: value[key] ?? '',
    min: 1,
    max,
    allowDecimal: false,
    allowNegative: false,
    clampBehavior: 'strict' as const,
    error: problemAt(problems, `${path}.${key}`),
    onChange: (n: number | string) => onChange({ ...value, [key]: typeof n === 'number' ? n : null }),
  })
  return (
    <Several {...{ field, path, problems }}>
      <NativeSelect
        aria-label="Try again"
        data-path={`${path}.retry`}
        data={retries.map(({ value: plan, label }) => ({ value: plan ?? '', label }))}
        value={value.retry ?? ''}
        error={problemAt(problems, `${path}.retry`)}
        onChange={event => {
          const chosen = retries.find(r => r.value === event.currentTarget.value)?.value
          onChange({ ...value, retry: chosen === undefined || chosen === '' ? null : chosen })
        }}
      />
      <NumberInput
        label="Wait for an answer"
        description="Seconds for one attempt, from the first packet to the last. Empty: as the profile does it."
        placeholder="30"
        suffix=" s"
        {...whole('attemptSeconds', 90)}
      />
      <NumberInput
        label="Give up after"
        description="Hours from the first attempt; none begins later. Empty: the last retry decides."
        placeholder="No limit"
        suffix=" h"
        {...whole('totalHours', 720)}
      />
      <Radio.Group
        label="When a call left and no answer came"
        value={value.repeat}
        onChange={to => onChange({ ...value, repeat: to === 'at-most-once' ? 'at-most-once' : 'at-least-once' })}
      >
        <div className={styles.options}>
          <Radio
            value="at-least-once"
            label="Send it again"
            description="Under the same webhook-id, by which the receiver can tell that it is the same."
          />
          <Radio
            value="at-most-once"
            label="Never send it twice"
            description="The lead leaves by Uncertain, for you to decide."
          />
        </div>
      </Radio.Group>
    </Several>
  )
}
