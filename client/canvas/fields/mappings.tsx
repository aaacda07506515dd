import { Autocomplete, TextInput } from '@mantine/core'
import { ArrowRight } from 'lucide-react'
import type { Mapping } from '#shared/rules/reply-map'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { AddButton, Row } from './rows'

const scopes = ['lead']

/** From a place in a JSON answer to a lead attribute, line by line. */
export function MappingsField({
  value,
  onChange,
  field,
  path,
  problems,
}: FieldProps<readonly Mapping[], FieldOf<'mappings'>>) {
  const names = useLookups(scopes).map(name => name.replace('lead.', ''))
  return (
    <Several {...{ field, path, problems }}>
      {value.map((mapping, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mapping is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange(without(value, i))} label={`the mapping of ${mapping.path || 'nothing'}`}>
            <TextInput
              aria-label="Place in the answer"
              data-path={`${path}.${i}`}
              placeholder="contact.id"
              maxLength={500}
              value={mapping.path}
              onChange={event => onChange(replaced(value, i, { ...mapping, path: event.currentTarget.value }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
            <ArrowRight size={14} aria-hidden className={styles.arrow ?? ''} />
            <Autocomplete
              aria-label="Lead attribute"
              placeholder="crm_id"
              data={names}
              limit={30}
              maxLength={100}
              value={mapping.field}
              onChange={next => onChange(replaced(value, i, { ...mapping, field: next }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => onChange([...value, { path: '', field: '' }])}>Keep a value</AddButton>
    </Several>
  )
}
