import { Anchor, Radio } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Settings } from '#shared/graph/schema'
import { sayCap } from '#shared/rules/caps'
import { useSettings } from '../../api'
import { CapRules } from '../../forms/fields/caps'
import { DurationInput } from '../../forms/fields/duration'
import { ProblemsAt } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import styles from '../editor.module.css'
import type { Part } from './part'

/** How much one lead gets at most, and what becomes of a webhook beyond a cap. */
export function Caps({ settings, set, problems }: Part) {
  const { caps, capped, whenCapped, deferAtMost } = settings
  return (
    <fieldset className={styles.setting} data-path="settings.caps">
      <legend>Frequency caps</legend>
      <p className={fields.help}>No more webhooks than this to one lead. All of these rules must agree.</p>
      <CapRules caps={caps} onChange={next => set({ caps: next })} path="settings.caps" problems={problems} />
      <AccountCaps />
      <Radio.Group
        label="This campaign"
        value={capped}
        data-path="settings.capped"
        onChange={to => set({ capped: to as Settings['capped'] })}
      >
        <div className={fields.options}>
          <Radio value="obeys" label="Keeps to caps" />
          <Radio value="ignores" label="Ignores caps" description="And the caps of other campaigns do not count it." />
          <Radio value="ignores-but-counts" label="Ignores caps, and is counted by those of others" />
        </div>
      </Radio.Group>
      <ProblemsAt problems={problems} path="settings.capped" />
      {capped === 'obeys' && (
        <>
          <Radio.Group
            label="When a lead has reached a cap"
            value={whenCapped}
            data-path="settings.whenCapped"
            onChange={to => set({ whenCapped: to as Settings['whenCapped'] })}
          >
            <div className={fields.options}>
              <Radio value="skip" label="Do not send" description="The lead takes Not sent." />
              <Radio value="defer" label="Wait until the webhook may be sent" />
              <Radio value="exit" label="Do not send, and take the lead out of the campaign" />
            </div>
          </Radio.Group>
          {whenCapped === 'defer' && (
            <DurationInput
              label="It waits at most"
              help="After that it is not sent, and the lead takes Not sent."
              value={deferAtMost}
              onChange={next => set({ deferAtMost: next })}
              path="settings.deferAtMost"
              problems={problems}
            />
          )}
        </>
      )}
    </fieldset>
  )
}

/** The rules that hold beside these. */
function AccountCaps() {
  const caps = useSettings().data?.caps ?? []
  if (caps.length === 0) return null
  return (
    <p className={fields.help}>
      For all campaigns: {caps.map(sayCap).join(', ')}.{' '}
      <Anchor component={Link} to="/settings" size="xs">
        Settings
      </Anchor>
    </p>
  )
}
