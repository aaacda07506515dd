import { Radio } from '@mantine/core'
import styles from '../editor.module.css'
import { DurationInput } from '../fields/duration'
import { ProblemsAt } from '../fields/field'
import fields from '../fields/fields.module.css'
import type { Part } from './part'

/** May a lead enter again? */
export function Entry({ settings: { entry }, set, problems }: Part) {
  const choose = (rule: string) =>
    set({
      entry: rule === 'once-per-period' ? { rule, period: 'P7D' } : { rule: rule === 'once' ? 'once' : 'every-time' },
    })
  return (
    <fieldset className={styles.setting} data-path="settings.entry">
      <Radio.Group
        label="A lead may enter"
        description="Braze: re-eligibility. Marketo: qualification rule."
        value={entry.rule}
        onChange={choose}
      >
        <div className={fields.options}>
          <Radio value="once" label="Once" />
          <Radio value="every-time" label="Every time" />
          <Radio value="once-per-period" label="Once per period" description="Counted from the last entry." />
        </div>
      </Radio.Group>
      {entry.rule === 'once-per-period' && (
        <DurationInput
          label="Period"
          value={entry.period}
          onChange={period => set({ entry: { rule: 'once-per-period', period } })}
          path="settings.entry.period"
          problems={problems}
        />
      )}
      <ProblemsAt problems={problems} path="settings.entry" />
    </fieldset>
  )
}
