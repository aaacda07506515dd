import { NativeSelect } from '@mantine/core'
import type { ListRule } from '#shared/rules/conditions/schema'
import styles from '../fields.module.css'
import { ListField } from '../list'
import { Row } from '../rows'
import type { RuleProps } from './rule-props'

/** `is on the list` `VIP customers`. */
export function ListRow({ rule, onChange, onRemove, path, problems }: RuleProps<ListRule>) {
  return (
    <div className={styles.oneRule} data-path={path}>
      <Row remove={onRemove} label={`the rule on the list ${rule.list.name}`}>
        <NativeSelect
          aria-label="On the list, or not"
          value={rule.is}
          onChange={event => onChange({ ...rule, is: event.currentTarget.value === 'on' ? 'on' : 'off' })}
          data={[
            { value: 'on', label: 'is on the list' },
            { value: 'off', label: 'is not on the list' },
          ]}
        />
      </Row>
      <div className={styles.inset}>
        <ListField
          value={rule.list}
          onChange={list => onChange({ ...rule, list })}
          field={{ as: 'list', label: 'List' }}
          path={`${path}.list`}
          problems={problems}
          config={{}}
        />
      </div>
    </div>
  )
}
