import { NumberInput, Radio, Select, Textarea, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { isLocal, nextRuns, type Run, type Schedule, whyNot } from '#shared/time/schedule'
import { HOUR, MINUTE } from '#shared/time/units'
import { sayInstant } from '#shared/time/window'
import { useNow } from '../../ui/now'
import { useFormContext } from '../context'
import { AudienceCount } from './AudienceCount'
import { type FieldOf, type FieldProps, problemAt, Several } from './field'
import styles from './fields.module.css'
import { InstantField } from './instant'
import { toDayPicker, toPicker } from './picker'
import { TimeInput } from './time'
import { WeekdaysField } from './weekdays'

const repeats = [
  { value: 'once', label: 'Once, for all together' },
  { value: 'date', label: 'Once, on a date' },
  { value: 'daily', label: 'Daily' },
  { value: 'weekly', label: 'Weekly' },
  { value: 'monthly', label: 'Monthly' },
  { value: 'rule', label: 'By a rule (RRULE)' },
]
const units = { daily: 'days', weekly: 'weeks', monthly: 'months' } as const

/** When a batch campaign lets leads in, with the next three runs. */
export function ScheduleField(props: FieldProps<Schedule, FieldOf<'schedule'>>) {
  const { value, onChange, field, path, problems } = props
  const set = (change: Partial<Schedule>) => onChange({ ...value, ...change })
  const part = { value, set, path, problems }
  return (
    <Several {...{ field, path, problems }}>
      <Select
        aria-label="How often"
        data={repeats}
        value={value.repeats}
        allowDeselect={false}
        onChange={next => set({ repeats: (next ?? 'once') as Schedule['repeats'] })}
      />
      {value.repeats === 'once' ? (
        <InstantField
          value={value.at}
          onChange={at => set({ at })}
          field={{ as: 'instant', label: 'At', help: 'Empty means as soon as it is launched.' }}
          path={`${path}.at`}
          problems={problems}
          config={{}}
        />
      ) : (
        <>
          <Pattern {...part} />
          <Clock {...part} />
        </>
      )}
      <NextRuns schedule={value} />
      <AudienceCount />
    </Several>
  )
}

interface Part {
  readonly value: Schedule
  readonly set: (change: Partial<Schedule>) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function Pattern({ value, set, path, problems }: Part) {
  const { repeats: how } = value
  const when = (key: 'starts' | 'ends', label: string, help?: string) => {
    const picked = key === 'ends' ? toDayPicker(value.ends) : toPicker(value.starts)
    const type = key === 'ends' ? 'date' : 'datetime-local'
    return (
      <TextInput
        type={picked === undefined ? 'text' : type}
        label={label}
        description={help}
        value={picked ?? value[key]}
        error={problemAt(problems, `${path}.${key}`)}
        data-path={`${path}.${key}`}
        onChange={event => set({ [key]: event.currentTarget.value })}
        w={key === 'ends' ? 160 : 216}
      />
    )
  }
  if (how === 'date') return when('starts', 'On')
  return (
    <>
      {how === 'rule' && (
        <Textarea
          label="Rule"
          description="As a calendar writes it (RFC 5545): FREQ=…, or lines that begin with DTSTART, RRULE and EXDATE."
          placeholder="FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=16;BYMINUTE=30"
          maxLength={2000}
          autosize
          minRows={1}
          maxRows={8}
          value={value.rule}
          error={problemAt(problems, `${path}.rule`)}
          data-path={`${path}.rule`}
          onChange={event => set({ rule: event.currentTarget.value })}
          classNames={{ input: styles.mono ?? '' }}
        />
      )}
      {how !== 'rule' && how !== 'once' && (
        <div className={styles.pair}>
          <NumberInput
            label={`Every so many ${units[how]}`}
            value={value.every}
            min={1}
            max={365}
            clampBehavior="strict"
            allowDecimal={false}
            onChange={n => Number.isInteger(n) && Number(n) >= 1 && set({ every: Number(n) })}
            w={176}
          />
          <TimeInput
            label="At"
            value={value.time}
            onChange={time => set({ time })}
            path={`${path}.time`}
            problems={problems}
          />
        </div>
      )}
      {how === 'weekly' && (
        <WeekdaysField
          value={value.weekdays}
          onChange={weekdays => set({ weekdays: [...weekdays] })}
          field={{ as: 'weekdays', label: 'On' }}
          path={`${path}.weekdays`}
          problems={problems}
          config={{}}
        />
      )}
      {how === 'monthly' && (
        <Select
          label="On day"
          data={[
            ...Array.from({ length: 31 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) })),
            { value: '-1', label: 'Last day of the month' },
          ]}
          value={String(value.monthday)}
          allowDeselect={false}
          error={problemAt(problems, `${path}.monthday`)}
          data-path={`${path}.monthday`}
          onChange={day => day !== null && set({ monthday: Number(day) })}
          w={216}
        />
      )}
      {when('starts', 'Starts', 'Empty means at the launch.')}
      {when('ends', 'Ends after', 'Empty means never.')}
    </>
  )
}

function Clock({ value: { clock }, set }: Part) {
  const zone = useFormContext().campaign.zone
  return (
    <Radio.Group
      label="By whose clock"
      value={clock}
      onChange={next => set({ clock: next === 'lead' ? 'lead' : 'campaign' })}
    >
      <div className={styles.options}>
        <Radio value="campaign" label="The campaign's" description={`All leads together, in ${zone}.`} />
        <Radio
          value="lead"
          label="Each lead's own"
          description="Each enters when it is that time where they are. Begins with the first run that nobody's clock has passed yet, at most 26 hours later."
        />
      </div>
    </Radio.Group>
  )
}

/** The next three runs if it were launched now. */
function NextRuns({ schedule }: { schedule: Schedule }) {
  const zone = useFormContext().campaign.zone
  // By the minute: what is drawn is a minute at most behind.
  const opened = useNow(now => Math.floor(now / MINUTE) * MINUTE)
  if (whyNot(schedule).length > 0 || (schedule.repeats === 'once' && schedule.at === '')) return null
  const runs = nextRuns(schedule, zone, opened, opened - 1, 3)
  return (
    <div className={styles.nextRuns}>
      <span className={styles.nextRunsTitle}>If launched now, it runs</span>
      {runs.length === 0 ? (
        <p className={styles.help}>Never: no run is still to come.</p>
      ) : (
        <ol>
          {runs.map(run => (
            <li key={run.at}>{sayRun(run, schedule, zone, opened)}</li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** `Mon 4 May, 09:00 (Asia/Seoul)`; by leads' own clocks what these show. */
function sayRun({ at, wall }: Run, schedule: Schedule, zone: string, now: number): string {
  if (isLocal(schedule) && wall !== null)
    return `${sayInstant(wall, 'UTC', { now: now - 48 * HOUR })}, each lead's own time`
  return `${sayInstant(at, zone, { now: now - 48 * HOUR })} (${zone})`
}
