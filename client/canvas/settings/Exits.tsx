import { NativeSelect, Radio, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { always, type Condition, type MayAsk, mayAsk } from '#shared/rules/conditions'
import { type ExitWay, MOST_EXITS } from '#shared/rules/exits'
import { AttributeField } from '../../forms/fields/attribute'
import { ConditionField } from '../../forms/fields/condition'
import { EventNameInput } from '../../forms/fields/event-name'
import { ProblemsAt, replaced, without } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import { AddButton, Row } from '../../forms/fields/rows'
import styles from '../editor.module.css'
import type { Part } from './part'

type Sort = ExitWay['on']

const sorts: { readonly [S in Sort]: { readonly label: string; readonly help: string } } = {
  event: { label: 'An event happens', help: 'Events from before the entry do not count.' },
  condition: {
    label: 'The lead matches',
    help: 'Asked at the entry, whenever the lead changes or does something that a rule counts, after each step, and when a held webhook may go out. What comes true by time alone ("last open more than 30 days ago") takes effect at the next of these moments, not in the middle of a wait.',
  },
  unsubscribed: {
    label: 'The lead unsubscribes',
    help: 'Whatever is chosen below, they leave at once: as soon as the attribute is true.',
  },
  'no-longer-qualifies': {
    label: 'The lead no longer qualifies',
    help: 'The entry audience is asked again after each step, and when a held webhook may go out. Marketo asks it at the entry alone.',
  },
}

const rule: Condition = { match: 'all', rules: [{ field: 'lead.', op: 'is', value: '' }] }
const fresh: { readonly [S in Sort]: ExitWay } = {
  event: { on: 'event', event: '', where: always, reason: '' },
  condition: { on: 'condition', where: rule, reason: '' },
  unsubscribed: { on: 'unsubscribed', attribute: 'unsubscribed', reason: '' },
  'no-longer-qualifies': { on: 'no-longer-qualifies', reason: '' },
}

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
          <AddButton onClick={() => change([...ways, fresh.event])}>
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
  readonly path: string
  readonly problems: readonly Problem[]
}

function OneExit({ onRemove, ...props }: OneProps & { onRemove: () => void }) {
  const { way, onChange, path, problems } = props
  return (
    <>
      <Row remove={onRemove} label="this exit">
        <NativeSelect
          aria-label="What takes a lead out"
          data-path={path}
          data={Object.entries(sorts).map(([value, { label }]) => ({ value, label }))}
          value={way.on}
          onChange={event => onChange({ ...fresh[event.currentTarget.value as Sort], reason: way.reason })}
          className={fields.grow ?? ''}
        />
      </Row>
      <p className={fields.help}>{sorts[way.on].help}</p>
      <Details {...props} />
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

function Details({ way, onChange, path, problems }: OneProps) {
  switch (way.on) {
    case 'event':
      return (
        <>
          <EventNameInput
            label="Event"
            placeholder="purchased"
            value={way.event}
            onChange={event => onChange({ ...way, event })}
            path={`${path}.event`}
            problems={problems}
          />
          <Asks {...{ way, onChange, path, problems }} label="Only when" may={mayAsk.heard} />
        </>
      )
    case 'condition':
      return <Asks {...{ way, onChange, path, problems }} label="Leads leave when" may={mayAsk.exit} />
    case 'unsubscribed':
      return (
        <AttributeField
          value={way.attribute}
          onChange={attribute => onChange({ ...way, attribute: attribute.trim() })}
          field={{ as: 'attribute', label: 'Attribute that is true', placeholder: 'unsubscribed' }}
          path={`${path}.attribute`}
          problems={problems}
          config={{}}
        />
      )
    case 'no-longer-qualifies':
      return null
  }
}

function Asks(
  props: Omit<OneProps, 'way'> & { way: Extract<ExitWay, { where: unknown }>; label: string; may: MayAsk },
) {
  const { way, onChange, path, problems, label, may } = props
  return (
    <ConditionField
      value={way.where}
      onChange={where => onChange({ ...way, where: where as typeof way.where })}
      field={{ as: 'condition', label, may }}
      path={`${path}.where`}
      problems={problems}
      config={{}}
    />
  )
}
