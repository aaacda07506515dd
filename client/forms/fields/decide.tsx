import { NumberInput, Radio, Switch } from '@mantine/core'
import type { Decide } from '#shared/rules/experiments'
import { leadsNeeded } from '#shared/rules/statistics/groups'
import { DurationInput } from './duration'
import { type FieldOf, type FieldProps, Several } from './field'
import styles from './fields.module.css'

const ways: readonly { readonly value: Decide['as']; readonly label: string; readonly help: string }[] = [
  { value: 'keep', label: 'Keep the split', help: 'The report says who is ahead; you decide.' },
  {
    value: 'bandit',
    label: 'Let the weights learn',
    help: 'Each variant gets leads as it is likely to be the best, and at least 5 %. Earns more while it tests, and proves less: there is no verdict.',
  },
  {
    value: 'winner',
    label: 'Send new leads to the winner',
    help: 'Only to a variant that is significantly ahead of all others, however often you look.',
  },
]
const fresh: { readonly [A in Decide['as']]: Extract<Decide, { as: A }> } = {
  keep: { as: 'keep' },
  winner: { as: 'winner', leads: 1000, time: 'P7D', ifNone: 'go-on' },
  bandit: { as: 'bandit' },
}

/** What becomes of the split once results come in. */
export function DecideField(props: FieldProps<Decide, FieldOf<'decide'>>) {
  const { value, onChange, field, path, problems, config } = props
  const hasControl = Number(config['control'] ?? 0) > 0
  return (
    <Several {...{ field, path, problems }}>
      <Radio.Group aria-label={field.label} value={value.as} onChange={as => onChange(fresh[as as Decide['as']])}>
        <div className={styles.options}>
          {ways.map(way => (
            <Radio key={way.value} value={way.value} label={way.label} description={way.help} />
          ))}
        </div>
      </Radio.Group>
      {value.as === 'winner' && <WinnerRule {...props} value={value} />}
      {value.as !== 'keep' && (
        <p className={styles.help}>
          {hasControl
            ? 'Control keeps its share, so that you go on seeing what the variants bring. To let go of it, lower it to 0 % and launch again.'
            : 'There is no control group. With a small one you would go on seeing what the variants bring.'}
        </p>
      )}
    </Several>
  )
}

type Rule = Extract<Decide, { as: 'winner' }>

function WinnerRule({ value, onChange, path, problems, config }: FieldProps<Rule, FieldOf<'decide'>>) {
  const set = (change: Partial<Rule>) => onChange({ ...value, ...change })
  const isBound = value.leads !== null || value.time !== null
  return (
    <div className={`${styles.group} ${styles.rules}`}>
      <Switch
        label="Not before each group has had enough leads"
        checked={value.leads !== null}
        onChange={event => set({ leads: event.currentTarget.checked ? 1000 : null })}
      />
      {value.leads !== null && (
        <NumberInput
          label="Leads per group, control included"
          data-path={`${path}.leads`}
          value={value.leads}
          min={1}
          max={100_000_000}
          clampBehavior="strict"
          allowDecimal={false}
          thousandSeparator=","
          onChange={leads => typeof leads === 'number' && leads >= 1 && set({ leads })}
          styles={{ wrapper: { width: 160 } }}
        />
      )}
      {value.leads !== null && <InAll leads={value.leads} config={config} />}
      <Switch
        label="Not before some time has gone by"
        checked={value.time !== null}
        onChange={event => set({ time: event.currentTarget.checked ? 'P7D' : null })}
      />
      {value.time !== null && (
        <DurationInput
          label="Time since the first lead"
          help="Whole weeks even out the days of the week."
          value={value.time}
          onChange={time => set({ time })}
          path={`${path}.time`}
          problems={problems}
        />
      )}
      {isBound ? (
        <Radio.Group
          label="If no variant is ahead by then"
          value={value.ifNone}
          onChange={ifNone => set({ ifNone: ifNone as Rule['ifNone'] })}
        >
          <div className={styles.options}>
            <Radio value="go-on" label="Go on testing" description="Until one is, whenever that may be." />
            <Radio value="keep-mix" label="Keep the mix" description="The test is over, and the split stays." />
          </div>
        </Radio.Group>
      ) : (
        <p className={styles.help}>The winner is chosen as soon as a variant is significantly ahead.</p>
      )}
    </div>
  )
}

/** A small group is filled last: what the plan needs in all is more than the number suggests. */
function InAll({ leads, config }: { leads: number; config: Readonly<Record<string, unknown>> }) {
  const variants = (config['variants'] ?? []) as readonly { id: string; label: string; weight: number }[]
  const control = Number(config['control'] ?? 0)
  const groups = [
    ...variants.map(variant => ({ ...variant, isControl: false })),
    { id: 'control', label: 'Control', weight: control, isControl: true },
  ]
  const needed = leadsNeeded(groups, leads)
  if (needed === null) return null
  const { all, last } = needed
  return (
    <p className={styles.help}>
      In all about {all.toLocaleString('en')} leads{control > 0 ? ', control included' : ''}:{' '}
      {last.isControl ? 'control' : last.label} gets {last.weight} % of them and is filled last. Each counts once its
      goal window is over.
    </p>
  )
}
