import { NativeSelect, NumberInput, Radio, TagsInput } from '@mantine/core'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { againSchema, type Delivery, type ProfileName, retryPlanSchema } from '#shared/rules/delivery'
import { type Profile, profiles, type RetryPlan } from '#shared/rules/profiles'
import { sayPlan } from '#shared/rules/say-retries'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'
import styles from './fields.module.css'

type Props = FieldProps<Delivery, FieldOf<'delivery'>>

/**
 * What happens when a call fails: how long we wait for it, what is tried again and when, and whether it may be sent
 * twice. Each value is the profile's until it is changed here, and can be given back to it.
 */
export function DeliveryField({ value, onChange, field, path, problems, config }: Props) {
  const profile: Profile = profiles[config['profile'] as ProfileName]
  const set = (change: Partial<Delivery>) => onChange({ ...value, ...change })
  const at = (key: keyof Delivery) => ({
    'data-path': `${path}.${key}`,
    error: problemAt(problems, `${path}.${key}`),
  })
  const like = (said: string) => `As ${profile.title}: ${lower(said)}`
  const back = (key: Exclude<keyof Delivery, 'repeat' | 'totalHours'>, said: string) =>
    value[key] === null ? null : (
      <button type="button" className={`${styles.mend} ${styles.back}`} onClick={() => set({ [key]: null })}>
        <Undo2 size={12} aria-hidden /> Back to {profile.title}: {lower(said)}
      </button>
    )
  const whole = (key: 'attemptSeconds' | 'totalHours' | 'jitterPercent', min: number, max: number) => ({
    ...at(key),
    value: value[key] ?? '',
    min,
    max,
    allowDecimal: false,
    allowNegative: false,
    clampBehavior: 'strict' as const,
    onChange: (n: number | string) => set({ [key]: typeof n === 'number' ? n : null }),
  })
  const unreachable = profile.answers.unreachable
  const out = unreachable === null ? 'Like any other failure' : sayPlan(unreachable)
  return (
    <Several {...{ field, path, problems }}>
      <NativeSelect
        label="Try again"
        {...at('retry')}
        data={[{ value: '', label: like(sayPlan(profile.retry)) }, ...planChoices]}
        value={value.retry ?? ''}
        onChange={event => set({ retry: toPlan(event.currentTarget.value) })}
      />
      {back('retry', sayPlan(profile.retry))}
      <Again
        value={value.again ?? profile.answers.again}
        {...at('again')}
        own={value.again !== null}
        onChange={again => set({ again })}
      />
      {back('again', profile.answers.again.length === 0 ? 'nothing' : profile.answers.again.map(word).join(', '))}
      <NativeSelect
        label="When the endpoint cannot be reached at all"
        {...at('unreachable')}
        data={[{ value: '', label: like(out) }, ...planChoices]}
        value={value.unreachable ?? ''}
        onChange={event => set({ unreachable: toPlan(event.currentTarget.value) })}
      />
      {back('unreachable', out)}
      <NumberInput
        label="Wait for an answer"
        description="Seconds for one attempt, from the first packet to the last."
        placeholder={like(`${profile.attemptSeconds} s`)}
        suffix=" s"
        {...whole('attemptSeconds', 1, 90)}
      />
      {back('attemptSeconds', `${profile.attemptSeconds} s`)}
      <NumberInput
        label="Spread retries by"
        description="Chance moves each wait by up to this share, both ways, so that leads who failed together do not come back together."
        placeholder={like(`${profile.answers.jitterPercent} %`)}
        suffix=" %"
        {...whole('jitterPercent', 0, 50)}
      />
      {back('jitterPercent', `${profile.answers.jitterPercent} %`)}
      <NativeSelect
        label="When the endpoint asks to wait (Retry-After)"
        {...at('retryAfter')}
        data={[
          { value: '', label: like(waits(profile.answers.retryAfter)) },
          { value: 'yes', label: waits(true) },
          { value: 'no', label: waits(false) },
        ]}
        value={value.retryAfter === null ? '' : value.retryAfter ? 'yes' : 'no'}
        onChange={event => {
          const chosen = event.currentTarget.value
          set({ retryAfter: chosen === '' ? null : chosen === 'yes' })
        }}
      />
      {back('retryAfter', waits(profile.answers.retryAfter))}
      <NativeSelect
        label="When an answer is empty"
        {...at('emptyAnswer')}
        data={[
          { value: '', label: like(empties[profile.emptyAnswer]) },
          { value: 'noted', label: empties.noted },
          { value: 'fine', label: empties.fine },
        ]}
        value={value.emptyAnswer ?? ''}
        onChange={event => {
          const chosen = event.currentTarget.value
          set({ emptyAnswer: chosen === 'noted' || chosen === 'fine' ? chosen : null })
        }}
      />
      {back('emptyAnswer', empties[profile.emptyAnswer])}
      <NumberInput
        label="Give up after"
        description="Hours from the first attempt; none begins later. Empty: the last retry decides."
        placeholder="No limit"
        suffix=" h"
        {...whole('totalHours', 1, 720)}
      />
      <Radio.Group
        label="When a call left and no answer came"
        value={value.repeat}
        onChange={to => set({ repeat: to === 'at-most-once' ? 'at-most-once' : 'at-least-once' })}
      >
        <div className={styles.options}>
          <Radio
            value="at-least-once"
            label="Send it again"
            description="Under the same webhook-id, so that the endpoint can tell that it is the same."
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

const planChoices = retryPlanSchema.options.map(value => ({ value, label: sayPlan(value) }))
const empties = { noted: 'Note it in the journal (code 1001)', fine: 'Go on without a word' } as const
const known = ['No answer', '408', '409', '423', '425', '429', '5xx', '500', '502', '503', '504']

function toPlan(text: string): RetryPlan | null {
  return retryPlanSchema.options.find(plan => plan === text) ?? null
}

function waits(honoured: boolean): string {
  return honoured ? 'Wait as long, up to a day' : 'Keep to the plan'
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** `no-answer` as a person says it. */
function word(again: string): string {
  return again === 'no-answer' ? 'No answer' : again
}

interface AgainProps {
  readonly value: readonly string[]
  /** Chosen here, and not the profile's. */
  readonly own: boolean
  readonly error: ReturnType<typeof problemAt>
  readonly 'data-path': string
  readonly onChange: (again: string[]) => void
}

/** Which answers are tried again; what is no status is said and not taken. */
function Again({ value, own, error, onChange, ...rest }: AgainProps) {
  const [refused, setRefused] = useState<string | null>(null)
  const change = (words: string[]) => {
    const again = words.map(each => (/^no.?answer$/i.test(each.trim()) ? 'no-answer' : each.trim().toLowerCase()))
    const wrong = again.find(each => !againSchema.safeParse(each).success)
    setRefused(wrong ?? null)
    if (wrong === undefined) onChange([...new Set(again)].slice(0, 50))
  }
  return (
    <TagsInput
      {...rest}
      label="Try these again"
      description={
        own ? 'Everything else but 2xx has failed at once.' : 'As the profile does it. Change it to make it your own.'
      }
      placeholder={value.length === 0 ? 'Nothing' : undefined}
      data={known}
      value={value.map(word)}
      onChange={change}
      error={
        refused === null
          ? error
          : `"${refused}" is no answer that can be tried again. Write a status from 300 to 599, a class like 5xx, or No answer.`
      }
    />
  )
}
