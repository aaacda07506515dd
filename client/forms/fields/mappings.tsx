import { Autocomplete, Checkbox, TextInput } from '@mantine/core'
import { ArrowRight } from 'lucide-react'
import { fieldTypeWords } from '#shared/rules/coerce'
import type { FieldType } from '#shared/rules/field-types'
import type { Mapping } from '#shared/rules/reply-map'
import { useFields } from '../../api'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, Several, without } from './field'
import styles from './fields.module.css'
import { useLookups } from './lookups'
import { AddButton, Row } from './rows'

const scopes = ['lead']

/** From a place in an answer (JSON or XML, as the neighbour field says) to a lead attribute, line by line. */
export function MappingsField({
  value,
  onChange,
  field,
  path,
  problems,
  config,
}: FieldProps<readonly Mapping[], FieldOf<'mappings'>>) {
  const fields = useFields().data?.fields ?? []
  const found = useLookups(scopes).map(name => name.replace('lead.', ''))
  const names = [...new Set([...fields.map(field => field.name), ...found])]
  const typeOf = (name: string) => fields.find(field => field.name === name)?.type
  const isXml = config['answer'] === 'xml'
  return (
    <Several {...{ field, path, problems }}>
      {value.map((mapping, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mapping is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange(without(value, i))} label={`the mapping of ${mapping.path || 'nothing'}`}>
            <TextInput
              aria-label="Place in the answer"
              data-path={`${path}.${i}`}
              placeholder={isXml ? 'order.customer.id' : 'contact.id'}
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
              rightSection={<FieldTypeWord type={typeOf(mapping.field)} />}
              rightSectionWidth={typeOf(mapping.field) === undefined ? 0 : 84}
              rightSectionPointerEvents="none"
              onChange={next => onChange(replaced(value, i, { ...mapping, field: next }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          {!isXml && (
            <Checkbox
              size="xs"
              mt={6}
              mb={8}
              label={`Clear ${mapping.field || 'it'} when the answer has null there`}
              checked={mapping.clear === true}
              onChange={event => {
                const { clear: _, ...rest } = mapping
                onChange(replaced(value, i, event.currentTarget.checked ? { ...rest, clear: true } : rest))
              }}
            />
          )}
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => onChange([...value, { path: '', field: '' }])}>Keep a value</AddButton>
    </Several>
  )
}

/** The type of a known field, so that it is seen what it takes. */
function FieldTypeWord({ type }: { type: FieldType | undefined }) {
  return type === undefined ? null : <span className={styles.to}>{fieldTypeWords[type].label}</span>
}
