import type { ComponentType } from 'react'
import type { PartField } from '#shared/steps/fields'
import { AnyCampaignField } from './any-campaign'
import { AttributeField } from './attribute'
import { AuthField } from './auth'
import { CampaignField } from './campaign'
import { ChangesField } from './changes'
import { ConditionField } from './condition'
import { DateTimeField } from './date-time'
import { DecideField } from './decide'
import { DeliveryField } from './delivery'
import { DurationField } from './duration'
import { EventBranchesField } from './event-branches'
import { EventNameField } from './event-name'
import type { FieldOf, FieldProps } from './field'
import { GroupsField } from './groups'
import { InstantField } from './instant'
import { LimitField } from './limit'
import { ListField } from './list'
import { MappingsField } from './mappings'
import { NumberField } from './number'
import { ProfileField } from './profile'
import { PropertiesField } from './properties'
import { QuietField } from './quiet'
import { RequestField } from './request'
import { ScheduleField } from './schedule'
import { SelectField } from './select'
import { SigningField } from './signing'
import { TextField } from './text'
import { TimeField } from './time'
import { VariantsField } from './variants'
import { WebhookField } from './webhook'
import { WeekdaysField } from './weekdays'

/**
 * One component for every sort of field that is not made of parts with fields of their own: complete, or it does not
 * compile.
 */
export const plainFields: { readonly [A in PartField['as']]: ComponentType<FieldProps<never, FieldOf<A>>> } = {
  text: TextField,
  number: NumberField,
  duration: DurationField,
  time: TimeField,
  weekdays: WeekdaysField,
  'event-name': EventNameField,
  instant: InstantField,
  'date-time': DateTimeField,
  select: SelectField,
  condition: ConditionField,
  variants: VariantsField,
  decide: DecideField,
  changes: ChangesField,
  request: RequestField,
  mappings: MappingsField,
  attribute: AttributeField,
  properties: PropertiesField,
  list: ListField,
  campaign: CampaignField,
  'any-campaign': AnyCampaignField,
  groups: GroupsField,
  'event-branches': EventBranchesField,
  profile: ProfileField,
  delivery: DeliveryField,
  auth: AuthField,
  signing: SigningField,
  quiet: QuietField,
  webhook: WebhookField,
  hidden: () => null,
  schedule: ScheduleField,
  limit: LimitField,
}
