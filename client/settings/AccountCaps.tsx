import type { Cap } from '#shared/rules/caps'
import { CapRules } from '../forms/fields/caps'

/** Frequency caps of all campaigns together. */
export function AccountCaps({ caps, onChange }: { caps: readonly Cap[]; onChange: (caps: Cap[]) => void }) {
  return (
    <section aria-labelledby="caps">
      <h2 id="caps">Frequency caps</h2>
      <p>
        No more webhooks than this to one lead, beside the caps that a campaign has of its own. What becomes of a
        webhook beyond a cap is the campaign&apos;s choice.
      </p>
      <CapRules caps={caps} onChange={onChange} path="caps" problems={[]} />
    </section>
  )
}
