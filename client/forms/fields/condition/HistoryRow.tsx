import { Autocomplete, NativeSelect, NumberInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { isNever } from '#shared/rules/conditions/say'
import { type HistoryRule, MOST_TIMES, type Times } from '#shared/rules/conditions/schema'
import { lookBackSchema, spanUnits } from '#shared/time/span'
import { useEventNames } from '../../../api'
import { DurationInput } from '../duration'
import { ProblemsAt } from '../field'
import styles from '../fields.module.css'
import { Row } from '../rows'
import type { RuleProps } from './rule-props'

const often = [
  { value: 'at-least', label: 'at least' },
  { value: 'at-most', label: 'at most' },
  { value: 'exactly', label: 'exactly' },
]
const once: Times = { op: 'at-least', n: 1 }
const never: Times = { op: 'exactly', n: 0 }

/** `did` `bought` `at least` `2` times `in the last` `30 days`, and what such an event was like (`children`). */
export function HistoryRow(props: RuleProps<HistoryRule> & { readonly children: ReactNode }) {
  const { rule, onChange, onRemove, path, problems, children } = props
  const { did, times, within } = rule
  const names = useEventNames().data ?? []
  const isFaulty = problems.some(p => p.path === path && p.severity === 'error')
  const isNot = isNever(times)
  return (
    <div className={styles.oneRule}>
      <Row remove={onRemove} label={`the rule on the event ${did}`}>
        <div className={styles.pair}>
          <NativeSelect
            aria-label="Did it, or did not"
            value={isNot ? 'not' : 'did'}
            onChange={event => onChange({ ...rule, times: event.currentTarget.value === 'not' ? never : once })}
            data={[
              { value: 'did', label: 'did' },
              { value: 'not', label: 'did not do' },
            ]}
            w={112}
          />
          <Autocomplete
            aria-label="Event"
            data-path={path}
            placeholder="bought"
            data={[...names]}
            limit={20}
            maxLength={200}
            value={did}
            error={isFaulty}
            onChange={next => onChange({ ...rule, did: next })}
            className={styles.grow ?? ''}
          />
        </div>
      </Row>
      {!isNot && (
        <div className={styles.words}>
          <NativeSelect
            aria-label="How often"
            value={times.op}
            onChange={event => onChange({ ...rule, times: { ...times, op: event.currentTarget.value as Times['op'] } })}
            data={often}
            w={112}
          />
          <NumberInput
            aria-label="Times"
            value={times.n}
            min={1}
            max={MOST_TIMES}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            onChange={n =>
              Number.isInteger(n) && Number(n) > 0 && onChange({ ...rule, times: { ...times, n: Number(n) } })
            }
            w={72}
          />
          <span>{times.n === 1 ? 'time' : 'times'}</span>
        </div>
      )}
      <div className={styles.words}>
        <NativeSelect
          aria-label="How far back"
          value={within === null ? 'ever' : 'last'}
          onChange={event => onChange({ ...rule, within: event.currentTarget.value === 'ever' ? null : 'P30D' })}
          data={[
            { value: 'ever', label: 'ever' },
            { value: 'last', label: 'in the last' },
          ]}
          w={112}
        />
        {within !== null && (
          <DurationInput
            label="Look back"
            look="inline"
            value={within}
            onChange={next => onChange({ ...rule, within: next })}
            path={`${path}.within`}
            problems={problems}
            units={spanUnits}
            written={lookBackSchema}
          />
        )}
      </div>
      <ProblemsAt problems={problems} path={path} />
      {children}
    </div>
  )
}
