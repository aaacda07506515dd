import { type InstallationSettings, settingsSchema } from '../api/settings'
import { one, run, sql, type Work } from './work'

/** What was chosen for this installation, with defaults for the rest. */
export function* loadSettings(): Work<InstallationSettings> {
  const row = yield* one<{ value: string }>(sql`select value from meta where key = 'settings'`)
  return settingsSchema.parse(row === undefined ? {} : JSON.parse(row.value))
}

export function* saveSettings(settings: InstallationSettings): Work<void> {
  yield* run(sql`
    insert into meta (key, value) values ('settings', ${JSON.stringify(settings)})
    on conflict (key) do update set value = excluded.value`)
}
