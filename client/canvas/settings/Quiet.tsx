import { Radio, Switch } from '@mantine/core'
import type { QuietHours } from '#shared/graph/schema'
import styles from '../editor.module.css'
import { ProblemsAt } from '../fields/field'
import fields from '../fields/fields.module.css'
import { TimeInput } from '../fields/time'
import type { Part } from './part'

const night: QuietHours = { start: '22:00', end: '08:00', whenQuiet: 'wait' }

/** When nothing is sent. */
export function Quiet({ settings: { quietHours: quiet }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.quietHours">
      <Switch
        label="Quiet hours"
        description="No webhook leaves in these hours of the lead's own day."
        checked={quiet !== null}
        onChange={event => set({ quietHours: event.currentTarget.checked ? night : null })}
      />
      {quiet !== null && (
        <>
          <div className={fields.pair}>
            <TimeInput
              label="From"
              value={quiet.start}
              onChange={start => set({ quietHours: { ...quiet, start } })}
              path="settings.quietHours.start"
              problems={problems}
            />
            <TimeInput
              label="Until"
              value={quiet.end}
              onChange={end => set({ quietHours: { ...quiet, end } })}
              path="settings.quietHours.end"
              problems={problems}
            />
          </div>
          <Radio.Group
            label="A webhook that is due in quiet hours"
            value={quiet.whenQuiet}
            onChange={to => set({ quietHours: { ...quiet, whenQuiet: to as QuietHours['whenQuiet'] } })}
          >
            <div className={fields.options}>
              <Radio value="wait" label="Waits until they end" />
              <Radio value="skip" label="Is not sent" description="The lead leaves the step by Not sent." />
              <Radio value="exit" label="Is not sent, and the lead leaves the campaign" />
            </div>
          </Radio.Group>
        </>
      )}
      <ProblemsAt problems={problems} path="settings.quietHours" />
    </fieldset>
  )
}
