import { Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { InstallationSettings } from '#shared/api/settings'

interface Props {
  readonly value: InstallationSettings['switchingOff']
  readonly onChange: (value: InstallationSettings['switchingOff']) => void
}

/** May endpoints be switched off automatically? */
export function SwitchingOff({ value, onChange }: Props) {
  return (
    <section aria-labelledby="switching-off">
      <h2 id="switching-off">Endpoints that only fail</h2>
      <p>
        An address that takes no call for 5 days is switched off, and so is one that answers 410 (gone) or asks for it
        with the header webhook-delivery: disable. Leads wait there, and nobody is lost: switch it on again under{' '}
        <Link className="hl-link" to="/hosts">
          Endpoints
        </Link>
        . Alerts say so at 50, 70, 90 and 100 % of the time.
      </p>
      <Switch
        label="Switch off endpoints automatically"
        checked={value.automatic}
        onChange={event => onChange({ automatic: event.currentTarget.checked })}
      />
      {!value.automatic && (
        <p>
          Calls to an address that is gone fail one by one, and earlier failures no longer count. Endpoints that are
          switched off now stay off.
        </p>
      )}
    </section>
  )
}
