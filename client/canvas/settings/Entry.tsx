import { Radio } from '@mantine/core'
import { DurationInput } from '../../forms/fields/duration'
import { ProblemsAt } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import styles from '../editor.module.css'
import type { Part } from './part'

/** May a lead enter again? */
export function Entry({ settings: { entry }, set, problems }: Part) {
  const counted = entry.rule === 'every-time' ? undefined : entry.counted
  const choose = (rule: string) => {
    if (rule === 'once-per-period') set({ entry: { rule, period: 'P7D', counted } })
    else set({ entry: rule === 'once' ? { rule, counted } : { rule: 'every-time' } })
  }
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
          <Radio value="once-per-period" label="Once per period" />
        </div>
      </Radio.Group>
      {entry.rule === 'once-per-period' && (
        <DurationInput
          label="Period"
          value={entry.period}
          onChange={period => set({ entry: { ...entry, period } })}
          path="settings.entry.period"
          problems={problems}
        />
      )}
      {entry.rule !== 'every-time' && (
        <Radio.Group
          label="Counted from"
          value={counted ?? 'entry'}
          onChange={from => set({ entry: { ...entry, counted: from === 'receipt' ? 'receipt' : undefined } })}
        >
          <div className={fields.options}>
            <Radio value="entry" label="The last entry" />
            <Radio
              value="receipt"
              label="The last webhook that was received"
              description="Who entered and got nothing may enter again. Braze counts campaigns so."
            />
          </div>
        </Radio.Group>
      )}
      <ProblemsAt problems={problems} path="settings.entry" />
    </fieldset>
  )
}
