import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { PendingChange } from '#shared/api/versions'
import { sayCount } from '../../ui'
import { finish, type Line, type LineChoice, sayVersions } from './plan'
import styles from './publish.module.css'

interface Props {
  readonly lines: readonly Line[]
  readonly chosen: ReadonlyMap<string, LineChoice>
  readonly pending: PendingChange
  readonly onChoose: (lines: readonly Line[], choice: LineChoice) => void
}

/**
 * One choice for each step in which leads wait. Steps that stayed the same share one until somebody asks to choose for
 * each.
 */
export function Choices({ lines, chosen, pending, onChoose }: Props) {
  const [each, setEach] = useState(false)
  const same = lines.filter(line => line.fate === 'same')
  const own = each || same.length < 2 ? lines : lines.filter(line => line.fate !== 'same')
  return (
    <ul className={styles.choices}>
      {own.map(line => (
        <OneChoice
          key={line.key}
          line={line}
          choice={chosen.get(line.key) ?? finish}
          pending={pending}
          onChoose={choice => onChoose([line], choice)}
        />
      ))}
      {own.length < lines.length && (
        <Together lines={same} chosen={chosen} pending={pending} onChoose={onChoose} onEach={() => setEach(true)} />
      )}
    </ul>
  )
}

function OneChoice(props: {
  line: Line
  choice: LineChoice
  pending: PendingChange
  onChoose: (choice: LineChoice) => void
}) {
  const { line, choice, pending, onChoose } = props
  const { name, fate, places, waiting } = line
  return (
    <li className={styles.choice}>
      <div className={styles.choiceWords}>
        <p>
          <strong>{name}</strong> <span className={styles.tag}>{fates[fate]}</span>
        </p>
        <p className={styles.muted}>
          {sayCount(waiting, 'lead')} of {sayVersions(places)} {waiting === 1 ? 'waits' : 'wait'} here.
        </p>
      </div>
      <div className={styles.choiceFields}>
        <Select
          aria-label={`Leads in ${name}, ${sayVersions(places)}`}
          allowDeselect={false}
          value={choice.as}
          data={optionsFor(line, pending)}
          onChange={as => onChoose(chosenAs(as, pending, line))}
        />
        {choice.as === 'move' && (
          <Select
            aria-label={`Where leads in ${name}, ${sayVersions(places)}, go`}
            searchable
            allowDeselect={false}
            nothingFoundMessage="No step of this name"
            value={choice.to}
            data={targetsOf(pending)}
            onChange={to => to !== null && onChoose({ as: 'move', to })}
          />
        )}
        {choice.as === 'exit' && (
          <TextInput
            aria-label={`Why leads in ${name}, ${sayVersions(places)}, leave`}
            placeholder="Reason, for the journal"
            maxLength={200}
            value={choice.reason}
            onChange={event => onChoose({ as: 'exit', reason: event.currentTarget.value })}
          />
        )}
        <p className={styles.hint}>{hintOf(choice, line, pending)}</p>
      </div>
    </li>
  )
}

function Together({ lines, chosen, pending, onChoose, onEach }: Props & { onEach: () => void }) {
  const choices = lines.map(line => chosen.get(line.key) ?? finish)
  const as = choices.every(c => c.as === 'stay') ? 'stay' : 'finish'
  const waiting = lines.reduce((sum, line) => sum + line.waiting, 0)
  return (
    <li className={styles.choice}>
      <div className={styles.choiceWords}>
        <p>
          <strong>{sayCount(lines.length, 'step')}</strong> <span className={styles.tag}>{fates.same}</span>
        </p>
        <p className={styles.muted}>
          {sayCount(waiting, 'lead')} {waiting === 1 ? 'waits' : 'wait'} in {lines.map(line => line.name).join(', ')}.{' '}
          <button type="button" className="hl-link" onClick={onEach}>
            Choose for each step
          </button>
        </p>
      </div>
      <div className={styles.choiceFields}>
        <Select
          aria-label="Leads in steps that stay the same"
          allowDeselect={false}
          value={as}
          data={[sayFinish(lines.flatMap(l => l.places)), sayStay(pending)]}
          onChange={next => onChoose(lines, next === 'stay' ? { as: 'stay' } : finish)}
        />
        <p className={styles.hint}>{as === 'stay' ? staying(pending.to) : FINISHING}</p>
      </div>
    </li>
  )
}

const fates = { changed: 'changed', removed: 'removed', same: 'not changed' } as const
const FINISHING = 'Nothing changes for them.'

function staying(to: number): string {
  return `The end of their wait stays as it is; what comes behind it is version ${to}.`
}

function sayFinish(places: Line['places']) {
  return { value: 'finish', label: `Finish on ${sayVersions(places)}` }
}

function sayStay({ to }: PendingChange) {
  return { value: 'stay', label: `Keep waiting, then go on by version ${to}` }
}

function optionsFor({ places, mayStay }: Line, pending: PendingChange) {
  return [
    sayFinish(places),
    ...(mayStay ? [sayStay(pending)] : []),
    ...(pending.targets.length > 0 ? [{ value: 'move', label: `Move to a step of version ${pending.to}` }] : []),
    { value: 'exit', label: 'Leave the campaign' },
  ]
}

function chosenAs(as: string | null, { targets }: PendingChange, { places }: Line): LineChoice {
  const step = places[0]?.step
  const to = targets.find(t => t.step === step) ?? targets[0]
  if (as === 'stay') return { as }
  if (as === 'move' && to !== undefined) return { as, to: to.step }
  return as === 'exit' ? { as, reason: '' } : finish
}

/** Names may be the same twice; the kind, or at last the id, tells them apart. */
function targetsOf({ targets }: PendingChange) {
  return targets.map(({ step, name, kind }) => {
    const twins = targets.filter(t => t.name === name)
    const label = twins.length < 2 ? name : `${name} (${twins.some(t => t.kind !== kind) ? kind : step})`
    return { value: step, label }
  })
}

function hintOf(choice: LineChoice, { callsWebhook }: Line, { to }: PendingChange): string {
  switch (choice.as) {
    case 'finish':
      return FINISHING
    case 'stay':
      return callsWebhook
        ? `A call that is held or under way goes out as it was composed; what comes behind it is version ${to}.`
        : staying(to)
    case 'move':
      return callsWebhook
        ? 'They enter the step anew. A call that is under way is given up: its answer moves nobody.'
        : 'They enter the step anew, at once: a delay starts from its beginning.'
    default:
      return 'Their journeys end, and nothing more is sent.'
  }
}
