import { Radio } from '@mantine/core'
import { night, type QuietChoice, sayQuiet } from '#shared/rules/quiet'
import { useSettings } from '../../api'
import { useFormContext } from '../context'
import { type FieldOf, type FieldProps, Several } from './field'
import styles from './fields.module.css'
import { AccountQuiet, QuietHoursForm } from './quiet-hours'

/** Whose quiet hours a step keeps, and its own when it has some. */
export function QuietField({ value, onChange, field, path, problems }: FieldProps<QuietChoice, FieldOf<'quiet'>>) {
  const { quietHours, zone } = useFormContext().campaign
  const account = useSettings().data?.quietHours ?? null
  const choose = (as: string) =>
    onChange(as === 'own' ? { as, policy: quietHours ?? night } : { as: as === 'none' ? 'none' : 'campaign' })
  return (
    <Several {...{ field, path, problems }}>
      <AccountQuiet account={account} />
      <Radio.Group aria-label="Quiet hours of the step" value={value.as} onChange={choose}>
        <div className={styles.options}>
          <Radio
            value="campaign"
            label="As the campaign"
            description={
              quietHours === null ? 'The campaign has none.' : `The campaign is quiet ${sayQuiet(quietHours)}.`
            }
          />
          <Radio value="none" label="None" description="This webhook leaves at any hour of the campaign." />
          <Radio value="own" label="Its own, in the place of the campaign’s" />
        </div>
      </Radio.Group>
      {value.as === 'own' && (
        <QuietHoursForm
          value={value.policy}
          onChange={policy => onChange({ as: 'own', policy })}
          path={`${path}.policy`}
          problems={problems}
          level="step"
          account={account}
          zone={zone}
        />
      )}
    </Several>
  )
}
