import { Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { intakeOf, modeOf } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import { type Condition, mayAsk } from '#shared/rules/conditions'
import { type Entrance, openEntrance } from '#shared/rules/entrance'
import { takesRequests } from '#shared/rules/mode'
import { ConditionField } from '../forms/fields/condition'
import { ProblemsAt, problemAt } from '../forms/fields/field'
import fields from '../forms/fields/fields.module.css'
import { InstantField } from '../forms/fields/instant'
import { LimitInput } from '../forms/fields/limit'
import { useDraft } from './editor'
import styles from './editor.module.css'
import type { Part } from './settings/part'

const at = (field: string) => `settings.entrance.${field}`

/** What else is asked at the door: audience, window, keys, volume, drain rate. Each opens when it is switched on. */
export function EntranceSettings({ settings: { entrance }, set, problems }: Part) {
  const mode = useDraft(d => modeOf(d.graph))
  const change = (part: Partial<Entrance>) => set({ entrance: { ...entrance, ...part } })
  const part = { entrance, change, problems }
  return (
    <>
      <fieldset className={styles.setting}>
        <Switch
          label="One journey at a time"
          description="A lead who is inside does not enter again before the end. Off: journeys of a lead may run side by side."
          checked={entrance.parallel === 'one-at-a-time'}
          onChange={event => change({ parallel: event.currentTarget.checked ? 'one-at-a-time' : 'allowed' })}
        />
      </fieldset>
      {(mode !== 'batch' || entrance.key !== '') && <Key {...part} />}
      {mode !== 'batch' && <Audience {...part} />}
      <Window {...part} />
      <Volume {...part} isBatch={mode === 'batch'} />
      {mode !== 'batch' && <Drain {...part} />}
    </>
  )
}

interface EntrancePart {
  readonly entrance: Entrance
  readonly change: (part: Partial<Entrance>) => void
  readonly problems: readonly Problem[]
}

function Key({ entrance: { key }, change, problems }: EntrancePart) {
  return (
    <fieldset className={styles.setting}>
      <TextInput
        label="Count re-entry per"
        description="A property of the event, e.g. event.order_id: the rule above then holds for each order. Empty: for each lead."
        placeholder="event.order_id"
        maxLength={200}
        value={key}
        error={problemAt(problems, at('key'))}
        data-path={at('key')}
        onChange={event => change({ key: event.currentTarget.value.trim() })}
        classNames={{ input: fields.mono ?? '' }}
      />
    </fieldset>
  )
}

function Audience({ entrance: { audience }, change, problems }: EntrancePart) {
  const [opened, setOpened] = useState(audience.rules.length > 0)
  const fresh: Condition = { match: 'all', rules: [{ field: 'lead.', op: 'is', value: '' }] }
  const isOn = opened || audience.rules.length > 0
  return (
    <fieldset className={styles.setting}>
      <Switch
        label="Entry audience"
        description="Only leads who match at that moment enter. Braze's entry audience; Marketo's Smart List filters beside a trigger."
        checked={isOn}
        onChange={event => {
          setOpened(event.currentTarget.checked)
          change({ audience: event.currentTarget.checked ? fresh : openEntrance.audience })
        }}
      />
      {isOn && (
        <ConditionField
          value={audience}
          onChange={next => change({ audience: next as Entrance['audience'] })}
          field={{ as: 'condition', label: 'Leads enter when', may: mayAsk.entrance }}
          path={at('audience')}
          problems={problems}
          config={{}}
        />
      )}
    </fieldset>
  )
}

function Window({ entrance: { from, until }, change, problems }: EntrancePart) {
  const [opened, setOpened] = useState(from !== '' || until !== '')
  return (
    <fieldset className={styles.setting}>
      <Switch
        label="Entry window"
        description="Nobody enters outside this window. Leads already inside continue."
        checked={opened}
        onChange={event => {
          setOpened(event.currentTarget.checked)
          if (!event.currentTarget.checked) change({ from: '', until: '' })
        }}
      />
      {opened && (
        <>
          <InstantField
            value={from}
            onChange={next => change({ from: next })}
            field={{ as: 'instant', label: 'From', help: 'Empty: from the launch on.' }}
            path={at('from')}
            problems={problems}
            config={{}}
          />
          <InstantField
            value={until}
            onChange={next => change({ until: next })}
            field={{ as: 'instant', label: 'Until', help: 'Empty: for good.' }}
            path={at('until')}
            problems={problems}
            config={{}}
          />
        </>
      )}
    </fieldset>
  )
}

function Volume({ entrance: { limits }, change, problems, isBatch }: EntrancePart & { isBatch: boolean }) {
  const [opened, setOpened] = useState(Object.values(limits).some(most => most !== null))
  const limit = (per: keyof Entrance['limits'], label: string) => (
    <LimitInput
      label={label}
      value={limits[per]}
      onChange={most => change({ limits: { ...limits, [per]: most } })}
      path={at(`limits.${per}`)}
      problems={problems}
    />
  )
  return (
    <fieldset className={styles.setting}>
      <Switch
        label="Limit entries"
        description="Later leads are turned away, and their page says why."
        checked={opened}
        onChange={event => {
          setOpened(event.currentTarget.checked)
          if (!event.currentTarget.checked) change({ limits: openEntrance.limits })
        }}
      />
      {opened && (
        <>
          <div className={fields.pair}>
            {isBatch ? limit('run', 'At most in a run') : limit('hour', 'At most an hour')}
            {limit('day', 'At most a day')}
          </div>
          {limit('lifetime', 'At most ever')}
        </>
      )}
      <ProblemsAt problems={problems} path={at('limits')} />
    </fieldset>
  )
}

function Drain({ entrance: { perMinute }, change, problems }: EntrancePart) {
  const isRequested = useDraft(d => {
    const admits = intakeOf(d.graph)
    return admits !== undefined && takesRequests(admits)
  })
  if (!isRequested && perMinute === null) return null
  return (
    <fieldset className={styles.setting}>
      <LimitInput
        label="Requested entries a minute"
        help="When other campaigns request more, the rest wait in their order. Empty: all enter at once."
        value={perMinute}
        max={500_000}
        onChange={next => change({ perMinute: next })}
        path={at('perMinute')}
        problems={problems}
      />
    </fieldset>
  )
}
