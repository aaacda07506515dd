import { Switch } from '@mantine/core'
import { night } from '#shared/rules/quiet'
import { useSettings } from '../../api'
import { AccountQuiet, QuietHoursForm } from '../../forms/fields/quiet-hours'
import styles from '../editor.module.css'
import type { Part } from './part'

/** When nothing is sent. */
export function Quiet({ settings: { quietHours: quiet, zone }, set, problems }: Part) {
  const account = useSettings().data?.quietHours ?? null
  return (
    <fieldset className={styles.setting} data-path="settings.quietHours">
      <Switch
        label="Quiet hours"
        description="No webhook leaves in these hours of the lead's own day."
        checked={quiet !== null}
        onChange={event => set({ quietHours: event.currentTarget.checked ? night : null })}
      />
      <AccountQuiet account={account} />
      {quiet !== null && (
        <QuietHoursForm
          value={quiet}
          onChange={quietHours => set({ quietHours })}
          path="settings.quietHours"
          problems={problems}
          level="campaign"
          account={account}
          zone={zone}
        />
      )}
    </fieldset>
  )
}
