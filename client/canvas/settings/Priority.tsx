import { NumberInput } from '@mantine/core'
import { RISE } from '#shared/rules/queue'
import { MINUTE } from '#shared/time/units'
import { ProblemsAt } from '../../forms/fields/field'
import styles from '../editor.module.css'
import type { Part } from './part'

/** Which campaign goes first where there is room for fewer. */
export function Priority({ settings: { priority }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.priority">
      <legend>Priority</legend>
      <NumberInput
        label="9 goes before 1"
        description={`Whose webhooks leave first when calls wait for a free connection, and which campaign gets the last place under a cap. Leads whom a batch brought come one level behind, and a call that waits ${RISE / MINUTE} minutes rises by one. In the line, a new priority is for leads who enter after it is published.`}
        min={1}
        max={9}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        value={priority}
        onChange={n => typeof n === 'number' && n >= 1 && set({ priority: n })}
        styles={{ wrapper: { width: 112 } }}
      />
      <ProblemsAt problems={problems} path="settings.priority" />
    </fieldset>
  )
}
