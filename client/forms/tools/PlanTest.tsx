import { TestPlan } from '../../reports/TestLength'
import { useFormContext } from '../context'
import styles from '../fields/fields.module.css'
import type { ToolProps } from '.'

/** How many leads and days it takes to tell the variants of this step apart. */
export function PlanTest({ kind, config }: ToolProps) {
  const { campaign } = useFormContext()
  const shares = kind.shares?.(config) ?? []
  return (
    <>
      <p className={styles.help}>
        What it takes to find a lift in 8 of 10 tests, and to see one where there is none in at most 1 of 20.
      </p>
      <TestPlan campaignId={campaign.id} tests={[{ step: '', name: 'This test', shares }]} />
    </>
  )
}
