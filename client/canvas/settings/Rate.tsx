import { NumberInput, Select, Switch } from '@mantine/core'
import { ProblemsAt } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import styles from '../editor.module.css'
import type { Part } from './part'

/** How fast the campaign calls. */
export function Rate({ settings: { rate }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.rate">
      <Switch
        label="Rate limit"
        description="No more webhook calls of this campaign than this, retries included. The rest waits in line; nobody is lost."
        checked={rate !== null}
        onChange={event => set({ rate: event.currentTarget.checked ? { most: 10, per: 'second' } : null })}
      />
      {rate !== null && (
        <div className={fields.pair}>
          <NumberInput
            aria-label="Calls at most"
            value={rate.most}
            min={1}
            max={500_000}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            onChange={most => typeof most === 'number' && most >= 1 && set({ rate: { ...rate, most } })}
            w={120}
          />
          <span className={fields.to}>in a</span>
          <Select
            aria-label="Second or minute"
            data={['second', 'minute']}
            value={rate.per}
            allowDeselect={false}
            onChange={per => set({ rate: { ...rate, per: per === 'minute' ? 'minute' : 'second' } })}
            w={112}
          />
        </div>
      )}
      <ProblemsAt problems={problems} path="settings.rate" />
    </fieldset>
  )
}
