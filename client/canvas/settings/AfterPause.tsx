import { Radio } from '@mantine/core'
import type { AfterPause as Policy } from '#shared/rules/after-pause'
import { DurationInput } from '../../forms/fields/duration'
import { ProblemsAt } from '../../forms/fields/field'
import fields from '../../forms/fields/fields.module.css'
import styles from '../editor.module.css'
import type { Part } from './part'

const anHour: Policy = { late: 'within', within: 'PT1H', otherwise: 'go-on' }

/** What becomes of that which fell due while the campaign was paused. */
export function AfterPause({ settings: { afterPause: policy }, set, problems }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.afterPause">
      <Radio.Group
        label="What falls due during a pause"
        description="Delays that end, and webhooks that are held. Braze lets these leads leave."
        value={policy.late}
        onChange={late => set({ afterPause: late === 'within' ? anHour : { late: 'always' } })}
      >
        <div className={fields.options}>
          <Radio value="always" label="Happens at the resume, however late" description="Nobody is lost." />
          <Radio value="within" label="Happens at the resume unless it is too late" />
        </div>
      </Radio.Group>
      {policy.late === 'within' && (
        <>
          <DurationInput
            label="At most so late"
            help="0 means that nothing may be late."
            value={policy.within}
            onChange={within => set({ afterPause: { ...policy, within } })}
            path="settings.afterPause.within"
            problems={problems}
          />
          <Radio.Group
            label="When it is later"
            value={policy.otherwise}
            onChange={to => set({ afterPause: { ...policy, otherwise: to === 'exit' ? 'exit' : 'go-on' } })}
          >
            <div className={fields.options}>
              <Radio
                value="go-on"
                label="The lead goes on without it"
                description="What would be sent right then is not; later steps are."
              />
              <Radio value="exit" label="The lead leaves the campaign" description="As in Braze." />
            </div>
          </Radio.Group>
        </>
      )}
      <ProblemsAt problems={problems} path="settings.afterPause" />
    </fieldset>
  )
}
