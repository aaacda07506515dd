import { NativeSelect } from '@mantine/core'
import type { Delivery, RetryPlan } from '#shared/rules/webhook'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'

const retries = [
  { value: 'none', label: 'Do not try again' },
  { value: 'brief', label: 'Try 3 more times within half a minute' },
  { value: 'prompt', label: 'Try 7 more times over 4 hours' },
  { value: 'standard', label: 'Try 9 more times over 3 days' },
]

/** What happens when a call fails: when it is tried again. */
export function DeliveryField({ value, onChange, field, path, problems }: FieldProps<Delivery, FieldOf<'delivery'>>) {
  return (
    <Several {...{ field, path, problems }}>
      <NativeSelect
        aria-label="Try again"
        data-path={`${path}.retry`}
        data={retries}
        value={value.retry}
        error={problemAt(problems, `${path}.retry`)}
        onChange={event => onChange({ ...value, retry: event.currentTarget.value as RetryPlan })}
      />
    </Several>
  )
}
