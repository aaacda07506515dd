import type { Problem } from '#shared/problems'
import type { Rule } from '#shared/rules/conditions'

/** What the row of one rule is given. */
export interface RuleProps<R extends Rule> {
  readonly rule: R
  readonly onChange: (rule: R) => void
  readonly onRemove: () => void
  readonly path: string
  readonly problems: readonly Problem[]
}
