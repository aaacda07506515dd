import { Switch } from '@mantine/core'
import { checkQuiet, night, type QuietHours } from '#shared/rules/quiet'
import { QuietHoursForm } from '../forms/fields/quiet-hours'

interface Props {
  readonly value: QuietHours | null
  readonly onChange: (value: QuietHours | null) => void
}

/** The zone of whoever looks: the account has none, because each lead has one. */
const { timeZone } = Intl.DateTimeFormat().resolvedOptions()

/** Quiet hours that hold for every webhook of every campaign. */
export function AccountQuietHours({ value, onChange }: Props) {
  return (
    <section aria-labelledby="quiet">
      <h2 id="quiet">Quiet hours of the account</h2>
      <p>
        Hold for every webhook of every campaign, in the lead’s own time zone, or the campaign’s where that is not
        known. Campaigns and steps may add hours of their own; nobody can take these away.
      </p>
      <Switch
        label="Keep quiet hours"
        checked={value !== null}
        onChange={event => onChange(event.currentTarget.checked ? night : null)}
      />
      {value !== null && (
        <QuietHoursForm
          value={value}
          onChange={onChange}
          path="quietHours"
          problems={checkQuiet(value, 'quietHours', 'account')}
          level="account"
          account={null}
          zone={timeZone}
        />
      )}
    </section>
  )
}
