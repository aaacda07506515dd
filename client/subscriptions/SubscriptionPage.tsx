import { Button, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, Copy, Download, Power, PowerOff, Trash2 } from 'lucide-react'
import { type FormEvent, useMemo, useState } from 'react'
import type { SubscriptionTested, SubscriptionView } from '#shared/api/subscriptions'
import { sayCause } from '#shared/rules/causes'
import { always, mayAsk } from '#shared/rules/conditions'
import { envelopes } from '#shared/subscriptions/envelopes/index'
import { envelopeNames, LONGEST_DESCRIPTION, type SubscriptionAuth } from '#shared/subscriptions/subscription'
import { useCampaigns, useLists } from '../api'
import { type SubscriptionBody, subscriptions, useSubscription, useSubscriptionAct } from '../api/subscriptions'
import { type FormContext, FormProvider } from '../forms/context'
import { ConditionRules } from '../forms/fields/condition'
import { SecretPicker } from '../forms/fields/secret-picker'
import { Confirm, Loaded, PageHeader, Refusal, sayCount, toast, useTitle, When } from '../ui'
import { ChoiceList } from './ChoiceList'
import { Deliveries } from './Deliveries'
import { EventPicker } from './EventPicker'
import { Replay } from './Replay'
import { Standing } from './Standing'
import styles from './subscriptions.module.css'
import { TestResults } from './TestResults'

const fresh: Draft = {
  name: '',
  description: '',
  target: '',
  auth: { as: 'none' },
  events: [],
  payload: 'thin',
  envelope: 'alm',
  filter: { campaigns: [], lists: [], where: null },
}
type Draft = Pick<
  SubscriptionView,
  'name' | 'description' | 'target' | 'auth' | 'events' | 'payload' | 'envelope' | 'filter'
>

/** One subscription; `new` is the form of one that is not there yet. `copies`: the one that it begins as. */
export function SubscriptionPage({ id, copies }: { id: string; copies: string | undefined }) {
  if (id !== 'new') return <Existing id={id} />
  return copies === undefined ? <Screen draft={fresh} /> : <CopyOf id={copies} />
}

function Existing({ id }: { id: string }) {
  const query = useSubscription(id)
  return (
    <Loaded query={query} what="the subscription">
      {known => <Screen key={known.revision} draft={draftOf(known)} known={known} />}
    </Loaded>
  )
}

function CopyOf({ id }: { id: string }) {
  const query = useSubscription(id)
  return (
    <Loaded query={query} what="the subscription">
      {known => <Screen draft={{ ...draftOf(known), name: `${known.name} (copy)` }} />}
    </Loaded>
  )
}

function draftOf({ name, description, target, auth, events, payload, envelope, filter }: SubscriptionView): Draft {
  return { name, description, target, auth, events, payload, envelope, filter }
}

/** What conditions know here: nothing of a campaign. */
const context: FormContext = {
  campaign: { id: '', name: '', zone: 'UTC', quietHours: null, folder: null },
  events: [],
  journey: [],
  save: async () => true,
}

function Screen({ draft: begun, known }: { draft: Draft; known?: SubscriptionView }) {
  const title = known?.name ?? 'New subscription'
  useTitle(title)
  const [draft, setDraft] = useState(begun)
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const acts = useActs(draft, known)
  const isChanged = useMemo(() => JSON.stringify(draft) !== JSON.stringify(begun), [draft, begun])
  const isWhole = draft.name.trim() !== '' && draft.target.trim() !== '' && draft.events.length > 0
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (known === undefined) acts.testAndSave()
    else acts.save()
  }
  return (
    <FormProvider value={context}>
      <PageHeader
        title={title}
        back={
          <Link to="/subscriptions" className="hl-link">
            <ArrowLeft size={14} aria-hidden /> Subscriptions
          </Link>
        }
        beside={known && <Standing subscription={known} />}
        actions={known && <HeaderActs known={known} />}
      />
      <div className={styles.page}>
        <form className={styles.form} onSubmit={submit} noValidate>
          <Fields draft={draft} onChange={change} />
          <Refusal what={known === undefined ? 'It was not added.' : 'It was not saved.'} error={acts.error} />
          <div className={styles.acts}>
            <Button type="submit" loading={acts.isSaving} disabled={!isWhole || (known !== undefined && !isChanged)}>
              {known === undefined ? 'Test and save' : 'Save'}
            </Button>
            <Button variant="default" loading={acts.isTesting} disabled={!isWhole} onClick={acts.test}>
              Test
            </Button>
            {known === undefined && (
              <Button variant="subtle" disabled={!isWhole} onClick={acts.save}>
                Save without a test
              </Button>
            )}
          </div>
        </form>
        <aside className={styles.side} aria-label="How it goes">
          {acts.tested !== undefined && <TestResults tests={acts.tested} />}
          {known === undefined ? <HowItGoes /> : <Known known={known} />}
        </aside>
      </div>
    </FormProvider>
  )
}

function useActs(draft: Draft, known: SubscriptionView | undefined) {
  const navigate = useNavigate()
  const [tested, setTested] = useState<SubscriptionTested['tests']>()
  const body: SubscriptionBody = draft
  const save = useSubscriptionAct(
    () => (known === undefined ? subscriptions.add(body) : subscriptions.save(known.id, body)),
    saved => {
      toast.done(known === undefined ? `"${saved.name}" is added, and off` : `"${saved.name}" is saved`)
      if (known === undefined) void navigate({ to: '/subscriptions/$id', params: { id: saved.id } })
    },
  )
  const test = useSubscriptionAct(
    () => {
      const { target, auth, events, payload, envelope } = draft
      return subscriptions.test({ target, auth, events, payload, envelope })
    },
    ({ tests }) => setTested(tests),
  )
  return {
    tested,
    error: save.error ?? test.error,
    isSaving: save.isPending,
    isTesting: test.isPending,
    save: () => save.mutate(undefined),
    test: () => test.mutate(undefined),
    /** What does not arrive is not saved: the results say why. */
    testAndSave: () =>
      test.mutate(undefined, { onSuccess: ({ tests }) => tests.every(({ ok }) => ok) && save.mutate(undefined) }),
  }
}

interface FieldsProps {
  readonly draft: Draft
  readonly onChange: (part: Partial<Draft>) => void
}

function Fields({ draft, onChange }: FieldsProps) {
  const { name, description, target, auth, events, payload, envelope } = draft
  return (
    <>
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        maxLength={120}
        value={name}
        onChange={event => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxLength={LONGEST_DESCRIPTION}
        value={description}
        onChange={event => onChange({ description: event.currentTarget.value })}
      />
      <TextInput
        label="Target URL"
        required
        withAsterisk={false}
        type="url"
        placeholder="https://hooks.example.com/hookline"
        description="Events are posted there. It answers with 2xx within 5 seconds, and does its work afterwards."
        maxLength={4096}
        value={target}
        onChange={event => onChange({ target: event.currentTarget.value })}
      />
      <AuthFields auth={auth} onChange={next => onChange({ auth: next })} />
      <EventPicker value={events} onChange={next => onChange({ events: next })} />
      <Radio.Group
        label="Payload"
        value={payload}
        onChange={next => onChange({ payload: next === 'full' ? 'full' : 'thin' })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="thin" label="Thin" description="Ids and what happened. Details are asked for by the API." />
          <Radio value="full" label="Full" description="With attributes and names, as they were at that moment." />
        </Stack>
      </Radio.Group>
      <NativeSelect
        label="Envelope"
        description={envelopes[envelope].help}
        data={envelopeNames.map(value => ({ value, label: envelopes[value].title }))}
        value={envelope}
        onChange={event =>
          onChange({ envelope: envelopeNames.find(each => each === event.currentTarget.value) ?? 'alm' })
        }
      />
      <FilterFields draft={draft} onChange={onChange} />
    </>
  )
}

function AuthFields({ auth, onChange }: { auth: SubscriptionAuth; onChange: (auth: SubscriptionAuth) => void }) {
  const choose = (as: string) => {
    if (as === 'basic') onChange({ as, user: '', password: '' })
    else if (as === 'signature') onChange({ as, key: '' })
    else onChange({ as: 'none' })
  }
  return (
    <>
      <Radio.Group label="Authentication" value={auth.as} onChange={choose}>
        <Stack gap="xs" mt="xs">
          <Radio value="none" label="None" />
          <Radio value="basic" label="Basic" description="A user name and a password, with each request." />
          <Radio
            value="signature"
            label="Signature"
            description="Standard Webhooks: the listener checks who sent it, and that nobody changed it. A key is made, which you download once."
          />
        </Stack>
      </Radio.Group>
      {auth.as === 'basic' && (
        <>
          <TextInput
            label="User name"
            autoComplete="off"
            maxLength={200}
            value={auth.user}
            onChange={event => onChange({ ...auth, user: event.currentTarget.value })}
          />
          <SecretPicker label="Password" value={auth.password} onChange={password => onChange({ ...auth, password })} />
        </>
      )}
    </>
  )
}

function FilterFields({ draft: { filter }, onChange }: FieldsProps) {
  const { data: campaigns = [] } = useCampaigns()
  const { data: lists = [] } = useLists()
  const change = (part: Partial<Draft['filter']>) => onChange({ filter: { ...filter, ...part } })
  return (
    <section aria-labelledby="only">
      <h2 id="only">Only some of them</h2>
      <p className={styles.about}>Events that are about no campaign, or no list, pass these two.</p>
      <ChoiceList
        label="Campaigns"
        nothing="Of all campaigns"
        options={campaigns}
        value={filter.campaigns}
        onChange={next => change({ campaigns: next })}
      />
      <ChoiceList
        label="Lists"
        nothing="Of all lists"
        options={lists}
        value={filter.lists}
        onChange={next => change({ lists: next })}
      />
      <ConditionRules
        value={filter.where ?? always}
        onChange={where => change({ where: where.rules.length === 0 ? null : where })}
        may={mayAsk.pastEvent}
        path="filter.where"
        problems={[]}
        nothing="No rules on the data of events."
      />
    </section>
  )
}

function HeaderActs({ known }: { known: SubscriptionView }) {
  const { id, name, state } = known
  const navigate = useNavigate()
  const [isDeleting, setDeleting] = useState(false)
  const turn = useSubscriptionAct(
    (to: 'on' | 'off') => subscriptions.turn(id, to),
    ({ state: now }) => toast.done(now === 'on' ? `"${name}" is on` : `"${name}" is off`),
  )
  const remove = useSubscriptionAct(
    () => subscriptions.remove(id),
    () => {
      toast.done(`"${name}" is deleted`)
      void navigate({ to: '/subscriptions' })
    },
  )
  return (
    <>
      <Button
        variant="default"
        leftSection={<Copy size={16} />}
        renderRoot={props => <Link {...props} to="/subscriptions/$id" params={{ id: 'new' }} search={{ copies: id }} />}
      >
        Duplicate
      </Button>
      <Button variant="default" leftSection={<Trash2 size={16} />} onClick={() => setDeleting(true)}>
        Delete…
      </Button>
      <Button
        variant="default"
        leftSection={state === 'on' ? <PowerOff size={16} /> : <Power size={16} />}
        loading={turn.isPending}
        onClick={() => turn.mutate(state === 'on' ? 'off' : 'on')}
      >
        {state === 'on' ? 'Switch off' : 'Switch on'}
      </Button>
      <Confirm
        opened={isDeleting}
        title={`Delete "${name}"?`}
        act="Delete the subscription"
        refused="It was not deleted."
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setDeleting(false)}
      >
        What it was not told yet is not told any more, and its key goes with it.
      </Confirm>
    </>
  )
}

/** How it stands, its key, and what was sent. */
function Known({ known }: { known: SubscriptionView }) {
  const { id, state, waitingSince, failures, failingSince, succeededAt, outcome, nextAt, auth } = known
  return (
    <>
      <section aria-labelledby="standing">
        <h2 id="standing">How it stands</h2>
        <p className={styles.about}>
          {state === 'off' && 'It is off: it hears nothing of what happens. '}
          {state === 'disabled' &&
            'It did not get through, and was disabled. What it was not told is kept; switch it on to have it told. '}
          {waitingSince === null ? (
            'Nothing waits. '
          ) : (
            <>
              The oldest event waits since <When at={waitingSince} />.{' '}
            </>
          )}
          {failures > 0 && failingSince !== null && (
            <>
              {sayCount(failures, 'attempt')} failed since <When at={failingSince} />
              {outcome !== null && `, the last with ${sayCause(outcome)}`}.{' '}
            </>
          )}
          {nextAt !== null && (
            <>
              The next is <When at={nextAt} />.{' '}
            </>
          )}
          {succeededAt !== null && (
            <>
              The last success was <When at={succeededAt} />.
            </>
          )}
        </p>
      </section>
      {auth.as === 'signature' && <Key id={id} isTaken={known.keyTaken} />}
      <Replay known={known} />
      <Deliveries id={id} />
    </>
  )
}

function Key({ id, isTaken }: { id: string; isTaken: boolean }) {
  const take = useSubscriptionAct(
    () => subscriptions.key(id),
    key => download(`${id}-key.json`, JSON.stringify(key, null, 2)),
  )
  return (
    <section aria-labelledby="key">
      <h2 id="key">Signing key</h2>
      <p className={styles.about}>
        {isTaken
          ? 'It was downloaded, and is not shown again. Rotate it in the settings to get a new one.'
          : 'The listener checks signatures with it. It can be downloaded once.'}
      </p>
      <Refusal what="The key was not given." error={take.error} />
      {!isTaken && (
        <div>
          <Button
            variant="default"
            leftSection={<Download size={16} />}
            loading={take.isPending}
            onClick={() => take.mutate(undefined)}
          >
            Download the key
          </Button>
        </div>
      )}
    </section>
  )
}

function HowItGoes() {
  return (
    <section aria-labelledby="goes">
      <h2 id="goes">How it goes</h2>
      <p className={styles.about}>
        Every event is told at least once, in order for each lead, and none that did not happen. What does not arrive is
        tried again after 5, 10, 20, 40, 80 and 160 seconds, then every 5 minutes for 7 days. A new subscription is off
        until you switch it on.
      </p>
    </section>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
