import { Select } from '@mantine/core'
import { useMemo } from 'react'
import styles from '../editor.module.css'
import type { Part } from './part'

/** The clock for leads who have none of their own. */
export function Zone({ settings: { zone }, set }: Part) {
  const zones = useMemo(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), zone])], [zone])
  return (
    <fieldset className={styles.setting}>
      <Select
        label="Time zone"
        description="For leads whose own zone is not known."
        data-path="settings.zone"
        data={zones}
        value={zone}
        searchable
        limit={100}
        allowDeselect={false}
        nothingFoundMessage="No zone of this name."
        onChange={next => next !== null && set({ zone: next })}
      />
    </fieldset>
  )
}
