import { NumberInput, Select, TextInput } from '@mantine/core'
import type { Problem } from '#shared/problems'
import { type Cap, type CapOf, LONGEST_CAP, plainCap, sayCap } from '#shared/rules/caps'
import { useFolders } from '../../api/library'
import { folderChoices } from '../../campaigns/Folders'
import styles from './caps.module.css'
import { ProblemsAt, replaced, without } from './field'
import fields from './fields.module.css'
import { AddButton, Row } from './rows'
import { TagInput } from './tags'

const MOST_CAPS = 10
const units: readonly Cap['unit'][] = ['minutes', 'days', 'weeks']
const windows = [
  { value: 'calendar', label: 'by the calendar' },
  { value: 'rolling', label: 'rolling' },
]
const counts = [
  { value: 'received', label: 'what was received' },
  { value: 'attempted', label: 'what was tried' },
]
const whats = [
  { value: 'all', label: 'any campaign' },
  { value: 'tag', label: 'campaigns of tag' },
  { value: 'folder', label: 'campaigns of folder' },
]

interface Props {
  readonly caps: readonly Cap[]
  readonly onChange: (caps: Cap[]) => void
  /** Where they stand: `settings.caps`. */
  readonly path: string
  readonly problems: readonly Problem[]
}

/** Rules about how much one lead gets at most, each a sentence to fill in. */
export function CapRules({ caps, onChange, path, problems }: Props) {
  return (
    <>
      {caps.map((cap, i) => (
        <CapRule
          // biome-ignore lint/suspicious/noArrayIndexKey: a cap is nothing but its place in the list
          key={i}
          cap={cap}
          onChange={next => onChange(replaced(caps, i, { ...cap, ...next }))}
          remove={() => onChange(without(caps, i))}
          path={`${path}.${i}`}
          problems={problems}
        />
      ))}
      {caps.length < MOST_CAPS && (
        <AddButton onClick={() => onChange([...caps, { ...plainCap, name: 'Weekly cap' }])}>Add a cap</AddButton>
      )}
    </>
  )
}

interface RuleProps extends Pick<Props, 'path' | 'problems'> {
  readonly cap: Cap
  readonly onChange: (change: Partial<Cap>) => void
  readonly remove: () => void
}

function CapRule({ cap, onChange, remove, path, problems }: RuleProps) {
  const whole = (key: 'most' | 'amount', max: number) => ({
    value: cap[key],
    min: 1,
    max,
    clampBehavior: 'strict' as const,
    allowDecimal: false,
    allowNegative: false,
    onChange: (n: number | string) => typeof n === 'number' && n >= 1 && onChange({ [key]: n }),
  })
  const unitTo = (unit: Cap['unit']) => onChange({ unit, amount: Math.min(cap.amount, LONGEST_CAP[unit]) })
  return (
    <div className={styles.cap}>
      <Row remove={remove} label={`the cap ${cap.name}`}>
        <TextInput
          aria-label="Name of the cap"
          data-path={path}
          placeholder={sayCap({ ...cap, name: '' })}
          maxLength={80}
          value={cap.name}
          onChange={event => onChange({ name: event.currentTarget.value })}
          className={fields.grow ?? ''}
        />
      </Row>
      <div className={styles.sentence}>
        <div className={styles.words}>
          <span>At most</span>
          <NumberInput aria-label="Webhooks at most" {...whole('most', 10_000)} w={76} />
          <span>webhooks of</span>
        </div>
        <WhichCampaigns of={cap.of} onChange={of => onChange({ of })} />
        <div className={styles.words}>
          <span>in</span>
          <NumberInput aria-label="Amount of time" {...whole('amount', LONGEST_CAP[cap.unit])} w={64} />
          <Select
            aria-label="Unit of time"
            data={units}
            value={cap.unit}
            allowDeselect={false}
            onChange={unit => unitTo((unit ?? cap.unit) as Cap['unit'])}
            w={96}
          />
        </div>
        {cap.unit !== 'minutes' && (
          <Select
            aria-label="Calendar or rolling"
            data={windows}
            value={cap.window}
            allowDeselect={false}
            onChange={window => onChange({ window: window === 'rolling' ? 'rolling' : 'calendar' })}
            w={144}
          />
        )}
        <div className={styles.words}>
          <span>counting</span>
          <Select
            aria-label="What is counted"
            data={counts}
            value={cap.counts}
            allowDeselect={false}
            onChange={next => onChange({ counts: next === 'attempted' ? 'attempted' : 'received' })}
            w={172}
          />
        </div>
      </div>
      <p className={fields.help}>{explainCap(cap)}</p>
      <ProblemsAt problems={problems} path={path} />
    </div>
  )
}

/** What rolls is not counted to the millisecond where a schedule sends (shared/rules/gates/frequency-cap.ts). */
const BY_PLAN = 'Between runs of a schedule, from one planned time to the next.'

/** What the two choices at the end of the sentence mean for this rule. */
function explainCap({ amount, unit, window, counts }: Cap): string {
  const days = unit === 'weeks' ? amount * 7 : amount
  const dates =
    days === 1
      ? "Today, by the lead's own clock."
      : `Today and the ${days - 1} days before it, by the lead's own clock.`
  const over =
    unit === 'minutes'
      ? ''
      : window === 'calendar'
        ? dates
        : days === 1
          ? `Any 24 hours. ${BY_PLAN}`
          : `Any ${days} times 24 hours. ${BY_PLAN}`
  const failed =
    counts === 'received' ? 'A webhook that failed for good gives its place back.' : 'One that failed counts, too.'
  return `${over} ${failed}`.trim()
}

function WhichCampaigns({ of, onChange }: { of: CapOf; onChange: (of: CapOf) => void }) {
  const folders = useFolders().data ?? []
  const choices = folderChoices(folders)
  const start: { readonly [W in CapOf['what']]: CapOf } = {
    all: { what: 'all' },
    tag: { what: 'tag', tag: '' },
    folder: { what: 'folder', folder: '' },
  }
  return (
    <>
      <Select
        aria-label="Webhooks of which campaigns"
        data={whats}
        value={of.what}
        allowDeselect={false}
        onChange={what => what !== null && what !== of.what && onChange(start[what as CapOf['what']])}
        w={188}
      />
      {of.what === 'tag' && (
        <TagInput label="Tag" value={of.tag} onChange={tag => onChange({ what: 'tag', tag })} w={152} />
      )}
      {of.what === 'folder' && (
        <Select
          aria-label="Folder"
          placeholder={choices.length === 0 ? 'There is none yet' : 'Choose a folder'}
          data={choices}
          value={of.folder === '' ? null : of.folder}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No folder like this."
          onChange={folder => onChange({ what: 'folder', folder: folder ?? '' })}
          w={200}
        />
      )}
    </>
  )
}
