import type { Named } from '#shared/rules/named'
import { useCampaigns } from '../../api'
import { useFormContext } from '../context'
import { Chosen } from './chosen'
import type { FieldOf, FieldProps } from './field'

/** One of the campaigns; says of each what it is, because only a live one takes leads. */
export function CampaignField({ value, onChange, field, path, problems }: FieldProps<Named, FieldOf<'campaign'>>) {
  const { campaign } = useFormContext()
  const campaigns = useCampaigns().data ?? []
  const choices = campaigns.map(({ id, name, status }) => ({
    id,
    name,
    ...(id === campaign.id ? { note: 'this one' } : status === 'live' ? {} : { note: status }),
  }))
  return (
    <Chosen
      label={field.label}
      help={field.help}
      choices={choices}
      placeholder="Choose a campaign"
      none="No campaign like this."
      {...{ value, onChange, path, problems }}
    />
  )
}
