import { NativeSelect, Radio, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { type ExitWay, exitKind, exitKinds, freshExit, MOST_EXITS } from '#shared/rules/exits/index'
import { ProblemsAt, replaced, without } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import { PartForm } from '../../forms/fields/part-form'
import { AddButton, Row } from '../../forms/fields/rows'
import styles from '../editor.module.css'
import type { Part } from './part'

/** What takes leads out of the campaign, wherever they stand. */
export function Exits({ settings: { exits }, set, problems }: Part) {
  const { ways, when } = exits
  const change = (next: readonly ExitWay[]) => set({ exits: { ...exits, ways: [...next] } })
  return (
    <fieldset className={styles.setting} data-path="settings.exits">
      <legend>Exits</legend>
      <p className={fields.help}>
        Take a lead out wherever it stands. Braze: exit criteria. Marketo: Remove from Flow, by a second campaign. A
        conversion by the same event counts as well.
      </p>
      {ways.map((way, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an exit is nothing but its place in the list
        <div key={i} className={fields.wayIn}>
          {i > 0 && <span className={fields.joint}>or</span>}
          <OneExit
            way={way}
            onChange={next => change(replaced(ways, i, next))}
            onRemove={() => change(without(ways, i))}
            path={`settings.exits.ways.${i}`}
            problems={problems}
          />
        </div>
      ))}
      {ways.length < MOST_EXITS && (
        <div className={fields.adds}>
          <AddButton onClick={() => change([...ways, freshExit('event', '')])}>
            {ways.length === 0 ? 'Add an exit' : 'Add another exit'}
          </AddButton>
        </div>
      )}
      {ways.length > 0 && (
        <Radio.Group
          label="They leave"
          value={when}
          onChange={to => set({ exits: { ...exits, when: to === 'end-of-step' ? to : 'at-once' } })}
        >
          <div className={fields.options}>
            <Radio value="at-once" label="At once" description="Waits are dropped, and nothing more is sent." />
            <Radio
              value="end-of-step"
              label="When their step is over"
              description="As in Braze: who is in a delay of 30 days leaves on day 30. What the lead is like, and what they did, is asked then."
            />
          </div>
        </Radio.Group>
      )}
      <ProblemsAt problems={problems} path="settings.exits" />
    </fieldset>
  )
}

interface OneProps {
  readonly way: ExitWay
  readonly onChange: (way: ExitWay) => void
  readonly onRemove: () => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function OneExit({ way, onChange, onRemove, path, problems }: OneProps) {
  const kind = exitKind(way)
  return (
    <>
      <Row remove={onRemove} label="this exit">
        <NativeSelect
          aria-label="What takes a lead out"
          data-path={path}
          data={exitKinds.map(({ on, title }) => ({ value: on, label: title }))}
          value={way.on}
          onChange={event => onChange(freshExit(event.currentTarget.value, way.reason))}
          className={fields.grow ?? ''}
        />
      </Row>
      <p className={fields.help}>{kind.help}</p>
      <PartForm
        fields={kind.fields}
        config={way}
        onChange={next => onChange(next as ExitWay)}
        {...{ path, problems }}
      />
      <ProblemsAt problems={problems} path={path} />
      <TextInput
        label="Reason"
        description="Shown in the inspector. Optional."
        placeholder="Bought already"
        maxLength={200}
        value={way.reason}
        onChange={event => onChange({ ...way, reason: event.currentTarget.value })}
      />
    </>
  )
}
