import { Select, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { always, type Condition, mayAsk } from '#shared/rules/conditions'
import { unnamed } from '#shared/rules/named'
import { MOST_WAYS, type WayIn, type WayInKind } from '#shared/rules/ways-in'
import { useCampaigns } from '../../api'
import { ConditionField } from '../../forms/fields/condition'
import { EventNameInput } from '../../forms/fields/event-name'
import { type FieldOf, type FieldProps, problemAt, replaced, Several, without } from '../../forms/fields/field'
import styles from '../../forms/fields/fields.module.css'
import { ListField } from '../../forms/fields/list'
import { useLookups } from '../../forms/fields/lookups'
import { AddButton, Row } from '../../forms/fields/rows'

const sorts: readonly { readonly value: WayInKind; readonly label: string; readonly help: string }[] = [
  { value: 'event', label: 'An event happens', help: 'Your product sends it.' },
  { value: 'attribute', label: 'An attribute changes', help: 'Set for the first time, changed or cleared.' },
  { value: 'list', label: 'Added to or removed from a list', help: '' },
  {
    value: 'requested',
    label: 'The campaign is requested',
    help: 'By a Request campaign step of another campaign, also of a batch.',
  },
  {
    value: 'executed',
    label: 'The campaign is executed',
    help: 'By an Execute campaign step of another campaign, which goes on when this one is through. Nothing in it may wait or call a webhook.',
  },
  {
    value: 'webhook',
    label: 'A webhook is called',
    help: 'Of any campaign, once it has succeeded or nothing more is tried. Everything left empty means any.',
  },
  {
    value: 'alert',
    label: 'An alert is raised',
    help: 'A webhook fails often. It happens to the lead whom the settings name under Alerts, with webhook, campaign, campaign_name, step, failed, calls, percent and minutes under event.',
  },
  { value: 'conversion', label: 'A campaign converts', help: 'The lead reached its goal.' },
  {
    value: 'api',
    label: 'The API lets in',
    help: 'POST /api/v1/campaigns/{id}/entries, with entry properties that templates find under event.',
  },
]

const fresh: { readonly [K in WayInKind]: Extract<WayIn, { on: K }> } = {
  event: { on: 'event', event: '', where: always },
  attribute: { on: 'attribute', attribute: '', where: always },
  list: { on: 'list', list: unnamed, did: 'added', where: always },
  requested: { on: 'requested', where: always },
  executed: { on: 'executed', where: always },
  webhook: { on: 'webhook', campaign: '', step: '', outcome: 'any', status: '', contains: '', where: always },
  alert: { on: 'alert', campaign: '', where: always },
  conversion: { on: 'conversion', campaign: '', where: always },
  api: { on: 'api', where: always },
}

/** The ways into a trigger campaign: any of them lets a lead in. */
export function WaysInField(props: FieldProps<readonly WayIn[], FieldOf<'ways-in'>>) {
  const { value, onChange, field, path, problems, config } = props
  return (
    <Several {...{ field, path, problems }}>
      {value.map((way, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a way in is nothing but its place in the list
        <div key={i} className={styles.wayIn}>
          {i > 0 && <span className={styles.joint}>or</span>}
          <OneWay
            way={way}
            onChange={next => onChange(replaced(value, i, next))}
            onRemove={value.length > 1 ? () => onChange(without(value, i)) : undefined}
            path={`${path}.${i}`}
            {...{ problems, config }}
          />
        </div>
      ))}
      {value.length < MOST_WAYS && (
        <div className={styles.adds}>
          <AddButton onClick={() => onChange([...value, fresh.event])}>Add another way in</AddButton>
        </div>
      )}
    </Several>
  )
}

interface OneProps<W extends WayIn = WayIn> {
  readonly way: W
  readonly onChange: (way: WayIn) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function OneWay(props: OneProps & { onRemove: (() => void) | undefined; config: Readonly<Record<string, unknown>> }) {
  const { way, onChange, onRemove, path, problems, config } = props
  const sort = (
    <Select
      aria-label="What lets a lead in"
      data={sorts.map(({ value, label }) => ({ value, label }))}
      value={way.on}
      allowDeselect={false}
      maxDropdownHeight={320}
      onChange={next => next !== null && onChange({ ...fresh[next as WayInKind], where: way.where })}
      className={styles.grow ?? ''}
    />
  )
  const help = sorts.find(s => s.value === way.on)?.help ?? ''
  return (
    <>
      {onRemove === undefined ? (
        sort
      ) : (
        <Row remove={onRemove} label="this way in">
          {sort}
        </Row>
      )}
      {help !== '' && <p className={styles.help}>{help}</p>}
      <Details {...{ way, onChange, path, problems }} />
      <ConditionField
        value={way.where as Condition}
        onChange={where => onChange({ ...way, where })}
        field={{ as: 'condition', label: 'Only when', may: mayAsk.wayIn }}
        path={`${path}.where`}
        {...{ problems, config }}
      />
    </>
  )
}

function Details({ way, onChange, path, problems }: OneProps) {
  switch (way.on) {
    case 'event':
      return (
        <EventNameInput
          label="Event"
          placeholder="signed_up"
          help="The name exactly as your product sends it."
          value={way.event}
          onChange={event => onChange({ ...way, event })}
          path={`${path}.event`}
          problems={problems}
        />
      )
    case 'attribute':
      return <AttributeDetails {...{ way, onChange, path, problems }} />
    case 'list':
      return <ListDetails {...{ way, onChange, path, problems }} />
    case 'webhook':
      return <WebhookDetails {...{ way, onChange, path, problems }} />
    case 'alert':
    case 'conversion':
      return (
        <CampaignSelect label="Campaign" value={way.campaign} onChange={campaign => onChange({ ...way, campaign })} />
      )
    default:
      return null
  }
}

function AttributeDetails({ way, onChange, path, problems }: OneProps<Extract<WayIn, { on: 'attribute' }>>) {
  const known = useLookups(['lead']).map(field => field.slice('lead.'.length))
  return (
    <>
      <TextInput
        label="Attribute"
        placeholder="plan"
        description="event.from and event.to say below what it was and what it is."
        list={`${path}-known`}
        maxLength={200}
        value={way.attribute}
        error={problemAt(problems, `${path}.attribute`)}
        data-path={`${path}.attribute`}
        onChange={event => onChange({ ...way, attribute: event.currentTarget.value })}
      />
      <datalist id={`${path}-known`}>
        {known.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

function ListDetails({ way, onChange, path, problems }: OneProps<Extract<WayIn, { on: 'list' }>>) {
  return (
    <div className={styles.pair}>
      <Select
        label="The lead is"
        data={[
          { value: 'added', label: 'added to' },
          { value: 'removed', label: 'removed from' },
        ]}
        value={way.did}
        allowDeselect={false}
        onChange={did => onChange({ ...way, did: did === 'removed' ? 'removed' : 'added' })}
        w={144}
      />
      <div className={styles.grow}>
        <ListField
          value={way.list}
          onChange={list => onChange({ ...way, list })}
          field={{ as: 'list', label: 'List' }}
          path={`${path}.list`}
          problems={problems}
          config={{}}
        />
      </div>
    </div>
  )
}

function WebhookDetails({ way, onChange, path, problems }: OneProps<Extract<WayIn, { on: 'webhook' }>>) {
  const text = (key: 'step' | 'status' | 'contains', label: string, placeholder: string, maxLength: number) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      maxLength={maxLength}
      value={way[key]}
      error={problemAt(problems, `${path}.${key}`)}
      data-path={`${path}.${key}`}
      onChange={event => onChange({ ...way, [key]: event.currentTarget.value })}
      className={styles.grow ?? ''}
    />
  )
  return (
    <>
      <CampaignSelect
        label="Of the campaign"
        value={way.campaign}
        onChange={campaign => onChange({ ...way, campaign })}
      />
      <div className={styles.pair}>
        <Select
          label="Outcome"
          data={[
            { value: 'any', label: 'Any' },
            { value: 'received', label: 'Succeeded' },
            { value: 'failed', label: 'Failed' },
          ]}
          value={way.outcome}
          allowDeselect={false}
          onChange={outcome => onChange({ ...way, outcome: (outcome ?? 'any') as typeof way.outcome })}
          w={144}
        />
        {text('status', 'Status', '404, 4xx, 500-503', 100)}
      </div>
      {text('step', 'Step id', 'Any step', 40)}
      {text('contains', 'The answer contains', 'Any answer', 500)}
    </>
  )
}

function CampaignSelect(props: { label: string; value: string; onChange: (value: string) => void }) {
  const campaigns = useCampaigns().data ?? []
  const known = campaigns.map(({ id, name }) => ({ value: id, label: name }))
  const gone = props.value === '' || known.some(c => c.value === props.value) ? [] : [props.value]
  return (
    <Select
      label={props.label}
      placeholder="Any campaign"
      data={[...known, ...gone.map(id => ({ value: id, label: id }))]}
      value={props.value === '' ? null : props.value}
      clearable
      searchable
      nothingFoundMessage="No campaign of this name."
      onChange={next => props.onChange(next ?? '')}
    />
  )
}
