import { Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { InstallationSettings } from '#shared/api/settings'

interface Props {
  readonly value: InstallationSettings['switchingOff']
  readonly onChange: (value: InstallationSettings['switchingOff']) => void
}

/** May receivers be switched off by themselves? */
export function SwitchingOff({ value, onChange }: Props) {
  return (
    <section aria-labelledby="switching-off">
      <h2 id="switching-off">Receivers that only fail</h2>
      <p>
        An address that takes no call for 5 days is switched off, and so is one that answers 410 (gone) or asks for it
        with the header webhook-delivery: disable. Leads who come to it wait, and nobody is lost: whoever looks after it
        switches it on again under{' '}
        <Link className="hl-link" to="/hosts">
          Hosts
        </Link>
        . Alerts say so at 50, 70, 90 and 100 % of the time.
      </p>
      <Switch
        label="Switch receivers off by themselves"
        checked={value.automatic}
        onChange={event => onChange({ automatic: event.currentTarget.checked })}
      />
      {!value.automatic && (
        <p>
          Calls to an address that is gone fail one by one, and what failed so far is not counted any more. Receivers
          that are switched off now stay so.
        </p>
      )}
    </section>
  )
}
