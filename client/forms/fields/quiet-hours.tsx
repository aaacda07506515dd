import { Checkbox, Radio, Select, Textarea } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Problem } from '#shared/problems'
import { MOST_WINDOWS, night, type QuietHours, readHolidays, sayQuiet, sayWindow } from '#shared/rules/quiet'
import { levelOf, previewQuiet, type QuietLevel } from '#shared/rules/quiet-levels'
import { sayDuration } from '#shared/time/duration'
import type { QuietWindow } from '#shared/time/quiet'
import { ZoneRules } from '../../health/ZoneRules'
import { useNow } from '../../ui/now'
import { ProblemsAt, problemAt, replaced, without } from './field'
import styles from './fields.module.css'
import { AddButton, Row } from './rows'
import { TimeInput } from './time'
import { WeekdaysField } from './weekdays'

interface Props {
  readonly value: QuietHours
  readonly onChange: (value: QuietHours) => void
  readonly path: string
  readonly problems: readonly Problem[]
  /** Whose quiet hours these are; the account's are asked of every webhook. */
  readonly level: QuietLevel['level']
  /** The account's, where these are added to them. */
  readonly account: QuietHours | null
  /** The clock of the example. */
  readonly zone: string
}

/**
 * When it is quiet, what becomes of a webhook that is due then, and what all levels add up to. The same form for the
 * account, a campaign and a step.
 */
export function QuietHoursForm({ value, onChange, path, problems, level, account, zone }: Props) {
  const set = (change: Partial<QuietHours>) => onChange({ ...value, ...change })
  const levels = [...(account === null ? [] : [levelOf('account', account)]), levelOf(level, value)]
  const part = { value, set, path, problems }
  return (
    <>
      <Windows {...part} />
      <Holidays {...part} />
      <Radio.Group
        label="A webhook that is due in quiet hours"
        value={value.whenQuiet}
        onChange={to => set({ whenQuiet: to as QuietHours['whenQuiet'] })}
      >
        <div className={styles.options}>
          <Radio value="wait" label="Waits until they end" />
          <Radio value="skip" label="Is not sent" description="The lead leaves the step by Not sent." />
          <Radio value="exit" label="Is not sent, and the lead leaves the campaign" />
        </div>
      </Radio.Group>
      {value.whenQuiet === 'wait' && <Spread {...part} />}
      <ProblemsAt problems={problems} path={path} />
      <Preview levels={levels} zone={zone} />
      <ZoneRules />
    </>
  )
}

/** Says that the account's quiet hours hold beside those that are edited. */
export function AccountQuiet({ account }: { account: QuietHours | null }) {
  if (account === null) return null
  return (
    <p className={styles.help}>
      The account’s quiet hours hold as well: {sayQuiet(account)}. They are in the <Link to="/settings">settings</Link>.
    </p>
  )
}

interface PartProps {
  readonly value: QuietHours
  readonly set: (change: Partial<QuietHours>) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function Windows({ value: { windows }, set, path, problems }: PartProps) {
  const [usual] = night.windows
  return (
    <div className={styles.rules}>
      {windows.map((window, i) => (
        <Window
          // biome-ignore lint/suspicious/noArrayIndexKey: a window is nothing but its place in the list
          key={i}
          window={window}
          onChange={next => set({ windows: replaced(windows, i, next) })}
          remove={() => set({ windows: without(windows, i) })}
          path={`${path}.windows.${i}`}
          problems={problems}
        />
      ))}
      {windows.length < MOST_WINDOWS && usual !== undefined && (
        <AddButton onClick={() => set({ windows: [...windows, usual] })}>Add a window</AddButton>
      )}
    </div>
  )
}

interface WindowProps {
  readonly window: QuietWindow
  readonly onChange: (window: QuietWindow) => void
  readonly remove: () => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function Window({ window, onChange, remove, path, problems }: WindowProps) {
  const { days, start, end } = window
  const isAllDay = start === '00:00' && end === '24:00'
  const overMidnight = !isAllDay && end !== '24:00' && start > end
  const time = (key: 'start' | 'end', label: string) => (
    <TimeInput
      label={label}
      value={window[key] === '24:00' ? '00:00' : window[key]}
      onChange={to => onChange({ ...window, [key]: to })}
      path={`${path}.${key}`}
      problems={[]}
    />
  )
  return (
    <fieldset className={styles.window} data-path={path} aria-label={`Quiet ${sayWindow(window)}`}>
      <Row remove={remove} label={`the window ${sayWindow(window)}`}>
        <WeekdaysField
          value={days}
          onChange={chosen => onChange({ ...window, days: [...chosen] })}
          field={{ as: 'weekdays', label: 'Quiet on' }}
          path={`${path}.days`}
          problems={[]}
          config={{}}
        />
      </Row>
      {!isAllDay && (
        <div className={styles.pair}>
          {time('start', 'From')}
          {time('end', overMidnight ? 'Until, the day after' : 'Until')}
        </div>
      )}
      <Checkbox
        label="All day"
        checked={isAllDay}
        onChange={event =>
          onChange({
            days,
            ...(event.currentTarget.checked ? { start: '00:00', end: '24:00' } : { start: '22:00', end: '08:00' }),
          })
        }
      />
      <ProblemsAt problems={problems} path={path} />
    </fieldset>
  )
}

/** Dates as text, because they are pasted: what was typed stays until it can be read. */
function Holidays({ value: { holidays }, set, path, problems }: PartProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const read = typed === null ? undefined : readHolidays(typed)
  return (
    <Textarea
      label="Holidays"
      description="Quiet all day, on the lead’s own date. One date a line, like 2026-12-25; paste as many as you have."
      placeholder="2026-12-25"
      autosize
      minRows={1}
      maxRows={6}
      data-path={`${path}.holidays`}
      value={typed ?? holidays.join('\n')}
      error={read?.is === 'wrong' ? read.message : problemAt(problems, `${path}.holidays`)}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value)
        const now = readHolidays(value)
        if (now.is === 'read') set({ holidays: now.holidays })
      }}
      onBlur={() => read?.is !== 'wrong' && setTyped(null)}
    />
  )
}

const spreads = ['PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT4H']
const AT_ONCE = 'at once'

function Spread({ value: { spread }, set, path, problems }: PartProps) {
  const choices = spread === null || spreads.includes(spread) ? spreads : [...spreads, spread]
  return (
    <Select
      label="When they end, those who waited leave"
      description="Spread, each lead leaves at a moment of its own, so that the receiver is not overrun. Rate limits hold all the same."
      data-path={`${path}.spread`}
      error={problemAt(problems, `${path}.spread`)}
      data={[
        { value: AT_ONCE, label: 'At once' },
        ...choices.map(duration => ({ value: duration, label: `Spread over ${sayDuration(duration)}` })),
      ]}
      value={spread ?? AT_ONCE}
      allowDeselect={false}
      onChange={to => set({ spread: to === null || to === AT_ONCE ? null : to })}
    />
  )
}

function Preview({ levels, zone }: { levels: readonly QuietLevel[]; zone: string }) {
  const said = useNow(now => previewQuiet(levels, zone, now))
  return (
    <p className={styles.preview} aria-live="polite">
      {said}
    </p>
  )
}
