import { NumberInput, Select, TextInput } from '@mantine/core'
import { type Cap, plainCap } from '#shared/rules/caps'
import styles from '../editor.module.css'
import { ProblemsAt, replaced, without } from '../fields/field'
import fields from '../fields/fields.module.css'
import { AddButton, Row } from '../fields/rows'
import type { Part } from './part'

const units: readonly Cap['unit'][] = ['minutes', 'days', 'weeks']
const MOST_CAPS = 10

/** How much one lead gets at most. */
export function Caps({ settings: { caps }, set, problems }: Part) {
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
        <AddButton onClick={() => set({ caps: [...caps, { ...plainCap, name: 'Weekly cap' }] })}>Add a cap</AddButton>
      )}
    </fieldset>
  )
}
