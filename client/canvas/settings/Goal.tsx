import { Switch } from '@mantine/core'
import styles from '../editor.module.css'
import { DurationInput } from '../fields/duration'
import { EventNameInput } from '../fields/event-name'
import { ProblemsAt } from '../fields/field'
import type { Part } from './part'

/** What counts as a success. */
export function Goal({ settings: { goal }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.goal">
      <Switch
        label="Conversion goal"
        description="The report counts leads who did this in time."
        checked={goal !== null}
        onChange={event => set({ goal: event.currentTarget.checked ? { event: '', within: 'P7D' } : null })}
      />
      {goal !== null && (
        <>
          <EventNameInput
            label="Event"
            placeholder="purchased"
            value={goal.event}
            onChange={event => set({ goal: { ...goal, event } })}
            path="settings.goal.event"
            problems={problems}
          />
          <DurationInput
            label="Within"
            help="From the entry on; at most 30 days."
            value={goal.within}
            onChange={within => set({ goal: { ...goal, within } })}
            path="settings.goal.within"
            problems={problems}
          />
        </>
      )}
      <ProblemsAt problems={problems} path="settings.goal" />
    </fieldset>
  )
}
