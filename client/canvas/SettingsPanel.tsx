import { NumberInput, Radio, Select, Switch, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { setSettings } from '#shared/graph/edit'
import type { Cap, QuietHours, Settings } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import { EntranceSettings } from './EntranceSettings'
import { type Panel, useDraft, useEditor, useProblems } from './editor'
import styles from './editor.module.css'
import { DurationInput } from './fields/duration'
import { EventNameInput } from './fields/event-name'
import { ProblemsAt, replaced, without } from './fields/field'
import fields from './fields/fields.module.css'
import { AddButton, Row } from './fields/rows'
import { TimeInput } from './fields/time'
import { PanelFrame } from './PanelFrame'

/** The campaign's settings: who may enter again, when it is quiet, how often at most, what counts as a success. */
export function SettingsPanel({ panel }: { panel: Extract<Panel, { is: 'settings' }> }) {
  const editor = useEditor()
  const settings = useDraft(d => d.graph.settings)
  const problems = useProblems()
  const set = (change: Partial<Settings>) => editor.draft.edit(g => setSettings(g, change))
  const part = { settings, set, problems }
  return (
    <PanelFrame
      label="Campaign settings"
      title={<h2 className={styles.kindTitle}>Campaign settings</h2>}
      onClose={editor.do.closePanel}
      focus={panel.focus}
      nonce={panel.nonce}
    >
      <Entry {...part} />
      <EntranceSettings {...part} />
      <Zone {...part} />
      <Quiet {...part} />
      <Caps {...part} />
      <Rate {...part} />
      <Goal {...part} />
    </PanelFrame>
  )
}

interface Part {
  readonly settings: Settings
  readonly set: (change: Partial<Settings>) => void
  readonly problems: readonly Problem[]
}

function Entry({ settings: { entry }, set, problems }: Part) {
  const choose = (rule: string) =>
    set({
      entry: rule === 'once-per-period' ? { rule, period: 'P7D' } : { rule: rule === 'once' ? 'once' : 'every-time' },
    })
  return (
    <fieldset className={styles.setting} data-path="settings.entry">
      <Radio.Group
        label="A lead may enter"
        description="Braze: re-eligibility. Marketo: qualification rule."
        value={entry.rule}
        onChange={choose}
      >
        <div className={fields.options}>
          <Radio value="once" label="Once" />
          <Radio value="every-time" label="Every time" />
          <Radio value="once-per-period" label="Once per period" description="Counted from the last entry." />
        </div>
      </Radio.Group>
      {entry.rule === 'once-per-period' && (
        <DurationInput
          label="Period"
          value={entry.period}
          onChange={period => set({ entry: { rule: 'once-per-period', period } })}
          path="settings.entry.period"
          problems={problems}
        />
      )}
      <ProblemsAt problems={problems} path="settings.entry" />
    </fieldset>
  )
}

function Zone({ settings: { zone }, set }: Part) {
  const zones = useMemo(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), zone])], [zone])
  return (
    <fieldset className={styles.setting}>
      <Select
        label="Time zone"
        description="For leads whose own zone is not known."
        data-path="settings.zone"
        data={zones}
        value={zone}
        searchable
        limit={100}
        allowDeselect={false}
        nothingFoundMessage="No zone of this name."
        onChange={next => next !== null && set({ zone: next })}
      />
    </fieldset>
  )
}

const night: QuietHours = { start: '22:00', end: '08:00', whenQuiet: 'wait' }

function Quiet({ settings: { quietHours: quiet }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.quietHours">
      <Switch
        label="Quiet hours"
        description="No webhook leaves in these hours of the lead's own day."
        checked={quiet !== null}
        onChange={event => set({ quietHours: event.currentTarget.checked ? night : null })}
      />
      {quiet !== null && (
        <>
          <div className={fields.pair}>
            <TimeInput
              label="From"
              value={quiet.start}
              onChange={start => set({ quietHours: { ...quiet, start } })}
              path="settings.quietHours.start"
              problems={problems}
            />
            <TimeInput
              label="Until"
              value={quiet.end}
              onChange={end => set({ quietHours: { ...quiet, end } })}
              path="settings.quietHours.end"
              problems={problems}
            />
          </div>
          <Radio.Group
            label="A webhook that is due in quiet hours"
            value={quiet.whenQuiet}
            onChange={to => set({ quietHours: { ...quiet, whenQuiet: to === 'skip' ? 'skip' : 'wait' } })}
          >
            <div className={fields.options}>
              <Radio value="wait" label="Waits until they end" />
              <Radio value="skip" label="Is not sent" description="The lead leaves the step by Not sent." />
            </div>
          </Radio.Group>
        </>
      )}
      <ProblemsAt problems={problems} path="settings.quietHours" />
    </fieldset>
  )
}

const units: readonly Cap['unit'][] = ['minutes', 'days', 'weeks']
const MOST_CAPS = 10

function Caps({ settings: { caps }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.caps">
      <legend>Frequency caps</legend>
      <p className={fields.help}>No more webhooks than this to one lead, counted over all campaigns.</p>
      {caps.map((cap, i) => {
        const change = (next: Partial<Cap>) => set({ caps: replaced(caps, i, { ...cap, ...next }) })
        const whole = (key: 'most' | 'amount', max: number) => ({
          value: cap[key],
          min: 1,
          max,
          clampBehavior: 'strict' as const,
          allowDecimal: false,
          allowNegative: false,
          onChange: (n: number | string) => typeof n === 'number' && n >= 1 && change({ [key]: n }),
        })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a cap is nothing but its place in the list
          <div key={i} className={fields.oneRule}>
            <Row remove={() => set({ caps: without(caps, i) })} label={`the cap ${cap.name}`}>
              <TextInput
                aria-label="Name of the cap"
                data-path={`settings.caps.${i}`}
                placeholder="Weekly cap"
                maxLength={80}
                value={cap.name}
                onChange={event => change({ name: event.currentTarget.value })}
                className={fields.grow ?? ''}
              />
            </Row>
            <div className={fields.pair}>
              <NumberInput aria-label="Webhooks at most" {...whole('most', 10_000)} w={84} />
              <span className={fields.to}>in</span>
              <NumberInput aria-label="Amount of time" {...whole('amount', 43_200)} w={84} />
              <Select
                aria-label="Unit of time"
                data={units}
                value={cap.unit}
                allowDeselect={false}
                onChange={unit => change({ unit: (unit ?? cap.unit) as Cap['unit'] })}
                w={112}
              />
            </div>
            <ProblemsAt problems={problems} path={`settings.caps.${i}`} />
          </div>
        )
      })}
      {caps.length < MOST_CAPS && (
        <AddButton onClick={() => set({ caps: [...caps, { name: 'Weekly cap', most: 3, amount: 1, unit: 'weeks' }] })}>
          Add a cap
        </AddButton>
      )}
    </fieldset>
  )
}

function Rate({ settings: { rate }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.rate">
      <Switch
        label="Rate limit"
        description="No more webhook calls of this campaign than this, retries included. The rest waits in line; nobody is lost."
        checked={rate !== null}
        onChange={event => set({ rate: event.currentTarget.checked ? { most: 10, per: 'second' } : null })}
      />
      {rate !== null && (
        <div className={fields.pair}>
          <NumberInput
            aria-label="Calls at most"
            value={rate.most}
            min={1}
            max={100_000}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            onChange={most => typeof most === 'number' && most >= 1 && set({ rate: { ...rate, most } })}
            w={120}
          />
          <span className={fields.to}>in a</span>
          <Select
            aria-label="Second or minute"
            data={['second', 'minute']}
            value={rate.per}
            allowDeselect={false}
            onChange={per => set({ rate: { ...rate, per: per === 'minute' ? 'minute' : 'second' } })}
            w={112}
          />
        </div>
      )}
      <ProblemsAt problems={problems} path="settings.rate" />
    </fieldset>
  )
}

function Goal({ settings: { goal }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.goal">
      <Switch
        label="Conversion goal"
        description="The report counts leads who did this in time."
        checked={goal !== null}
        onChange={event => set({ goal: event.currentTarget.checked ? { event: '', within: 'P7D' } : null })}
      />
      {goal !== null && (
        <>
          <EventNameInput
            label="Event"
            placeholder="purchased"
            value={goal.event}
            onChange={event => set({ goal: { ...goal, event } })}
            path="settings.goal.event"
            problems={problems}
          />
          <DurationInput
            label="Within"
            help="From the entry on; at most 30 days."
            value={goal.within}
            onChange={within => set({ goal: { ...goal, within } })}
            path="settings.goal.within"
            problems={problems}
          />
        </>
      )}
      <ProblemsAt problems={problems} path="settings.goal" />
    </fieldset>
  )
}
