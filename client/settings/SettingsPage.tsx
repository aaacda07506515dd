import { Button, NumberInput, Switch, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { InstallationSettings } from '#shared/api/settings'
import { activity, activityKeys, useSettings } from '../api'
import { ServerWarnings } from '../health/ServerWarnings'
import { Loaded, PageHeader, Refusal, toast, useTitle } from '../ui'
import { AccountCaps } from './AccountCaps'
import { AccountQuietHours } from './AccountQuietHours'
import { Figure } from './Figure'
import { Listeners } from './Listeners'
import { Secrets } from './Secrets'
import { SignOut } from './SignOut'
import { SwitchingOff } from './SwitchingOff'
import styles from './settings.module.css'

/** What holds for the whole installation. */
export function SettingsPage() {
  useTitle('Settings')
  const query = useSettings()
  return (
    <>
      <PageHeader title="Settings" actions={<Link to="/hosts">Endpoints and their limits</Link>} />
      <div className={styles.warnings}>
        <ServerWarnings />
      </div>
      <Loaded query={query} what="the settings">
        {settings => <Form key={JSON.stringify(settings)} settings={settings} />}
      </Loaded>
      <Secrets />
      <SignOut />
    </>
  )
}

function Form({ settings }: { settings: InstallationSettings }) {
  const [draft, setDraft] = useState(settings)
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => activity.saveSettings(draft),
    onSuccess: saved => {
      client.setQueryData(activityKeys.settings, saved)
      toast.done('Settings saved')
    },
  })
  const { alerts } = draft
  const alert = (next: Partial<InstallationSettings['alerts']>) =>
    setDraft({ ...draft, alerts: { ...alerts, ...next } })
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <section aria-labelledby="keep">
        <h2 id="keep">Activity</h2>
        <p>
          Requests, attempts and answers of a call are deleted some days after it has ended. Failed calls cannot be
          resent after that. The call itself stays as a row, because caps and conversions count it.
        </p>
        <Figure
          label="Keep call details for"
          unit="days"
          value={draft.retentionDays}
          max={3650}
          onChange={retentionDays => setDraft({ ...draft, retentionDays })}
        />
        {draft.retentionDays < settings.retentionDays && (
          <p className={styles.warning} role="status">
            What is older than {draft.retentionDays} days is deleted for good soon after you save.
          </p>
        )}
      </section>
      <section aria-labelledby="calls">
        <h2 id="calls">Calls at once</h2>
        <p>
          How many webhooks may be open at the same time, over all endpoints. More calls queue; they do not fail. One
          endpoint that hangs may hold them all when there are few, so give such an endpoint{' '}
          <Link className="hl-link" to="/hosts">
            a limit of its own
          </Link>
          . Marketo allows 20.
        </p>
        <NumberInput
          classNames={{ wrapper: styles.figure ?? '' }}
          label="At most"
          description="Empty: at most 1,024, and to each endpoint as many as it keeps pace with."
          placeholder="1,024"
          suffix=" calls"
          min={1}
          max={1024}
          allowDecimal={false}
          clampBehavior="blur"
          value={draft.connections ?? ''}
          onChange={next => setDraft({ ...draft, connections: typeof next === 'number' ? next : null })}
        />
      </section>
      <section aria-labelledby="alerts">
        <h2 id="alerts">Alerts</h2>
        <p>Says on the Activity screen and in the list of campaigns that a webhook fails often.</p>
        <Switch
          label="Raise alerts"
          checked={alerts.on}
          onChange={event => alert({ on: event.currentTarget.checked })}
        />
        <div className={styles.row}>
          <Figure
            label="When at least"
            unit="%"
            value={alerts.percent}
            max={100}
            disabled={!alerts.on}
            onChange={percent => alert({ percent })}
          />
          <Figure
            label="of at least"
            unit="calls"
            value={alerts.calls}
            max={100_000}
            disabled={!alerts.on}
            onChange={calls => alert({ calls })}
          />
          <Figure
            label="failed within"
            unit="minutes"
            value={alerts.minutes}
            max={120}
            disabled={!alerts.on}
            onChange={minutes => alert({ minutes })}
          />
        </div>
        <TextInput
          label="Alert this lead"
          description="The id of a lead, created if new. Campaigns with the trigger “An alert is raised” can page someone. Empty: nobody."
          placeholder="ops"
          maxLength={200}
          disabled={!alerts.on}
          value={alerts.tell}
          onChange={event => alert({ tell: event.currentTarget.value })}
        />
      </section>
      <SwitchingOff value={draft.switchingOff} onChange={switchingOff => setDraft({ ...draft, switchingOff })} />
      <Listeners value={draft.subscriptions} onChange={subscriptions => setDraft({ ...draft, subscriptions })} />
      <AccountQuietHours value={draft.quietHours} onChange={quietHours => setDraft({ ...draft, quietHours })} />
      <AccountCaps caps={draft.caps} onChange={caps => setDraft({ ...draft, caps })} />
      <Refusal what="The settings were not saved." error={save.error} />
      <Button type="submit" loading={save.isPending} disabled={JSON.stringify(draft) === JSON.stringify(settings)}>
        Save
      </Button>
    </form>
  )
}
