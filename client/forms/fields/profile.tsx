import { Radio } from '@mantine/core'
import type { ProfileName } from '#shared/rules/delivery'
import { profiles } from '#shared/rules/profiles'
import { sayProfile } from '#shared/rules/say-retries'
import { type FieldOf, type FieldProps, problemAt } from './field'
import styles from './fields.module.css'

/** Whose habits a webhook follows. What follows from the choice stands in the field below, each value by itself. */
export function ProfileField({ value, onChange, field, path, problems }: FieldProps<ProfileName, FieldOf<'profile'>>) {
  return (
    <Radio.Group
      label={field.label}
      description={field.help}
      error={problemAt(problems, path)}
      value={value}
      onChange={next => onChange(next as ProfileName)}
    >
      <div className={styles.options} data-path={path}>
        {Object.entries(profiles).map(([name, profile]) => (
          <Radio key={name} value={name} label={profile.title} description={sayProfile(profile)} />
        ))}
      </div>
    </Radio.Group>
  )
}
