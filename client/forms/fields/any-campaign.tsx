import { Select } from '@mantine/core'
import { useCampaigns } from '../../api'
import { type FieldOf, type FieldProps, problemAt } from './field'

/** One of the campaigns by its id, or any. One that is not there any more stays shown by its id. */
export function AnyCampaignField(props: FieldProps<string, FieldOf<'any-campaign'>>) {
  const { value, onChange, field, path, problems } = props
  const campaigns = useCampaigns().data ?? []
  const known = campaigns.map(({ id, name }) => ({ value: id, label: name }))
  const gone = value === '' || known.some(c => c.value === value) ? [] : [value]
  return (
    <Select
      label={field.label}
      description={field.help}
      placeholder="Any campaign"
      error={problemAt(problems, path)}
      data-path={path}
      data={[...known, ...gone.map(id => ({ value: id, label: id }))]}
      value={value === '' ? null : value}
      clearable
      searchable
      nothingFoundMessage="No campaign of this name."
      onChange={next => onChange(next ?? '')}
    />
  )
}
