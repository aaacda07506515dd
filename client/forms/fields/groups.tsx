import type { Condition } from '#shared/rules/conditions'
import { ConditionRules } from './condition'
import { type FieldOf, type FieldProps, ProblemsAt, Several } from './field'
import styles from './fields.module.css'
import { Ranked } from './ranked'

interface Group {
  readonly id: string
  readonly label: string
  readonly condition: Condition
}

/** Ranked groups of leads; the first that fits takes the lead. */
export function GroupsField({
  value,
  onChange,
  field,
  path,
  problems,
}: FieldProps<readonly Group[], FieldOf<'groups'>>) {
  return (
    <Several {...{ field, path, problems }}>
      <Ranked
        ways={value}
        {...{ onChange, path, problems }}
        most={8}
        word="path"
        fresh={(id): Group => ({
          id,
          label: `Path ${id.toUpperCase()}`,
          condition: { match: 'all', rules: [{ field: `${field.may.scopes[0]}.`, op: 'is', value: '' }] },
        })}
      >
        {(group, set, at) => (
          <div className={styles.wayBody}>
            <ConditionRules
              value={group.condition}
              onChange={condition => set({ condition })}
              may={field.may}
              path={`${at}.condition`}
              problems={problems}
            />
            <ProblemsAt problems={problems} path={`${at}.condition`} />
          </div>
        )}
      </Ranked>
      <p className={styles.nothing}>Who fits none of them leaves by Everyone else.</p>
    </Several>
  )
}
