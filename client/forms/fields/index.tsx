import type { ComponentType } from 'react'
import type { Field } from '#shared/steps/fields'
import type { FieldOf, FieldProps } from './field'
import { plainFields } from './plain'
import { WaysInField } from './ways-in'

/** One component for every sort of field: complete, or it does not compile. */
const components: { readonly [A in Field['as']]: ComponentType<FieldProps<never, FieldOf<A>>> } = {
  ...plainFields,
  'ways-in': WaysInField,
}

/**
 * A field of a step's form. The kind's schema has parsed the value, so it is of the type that the field's component
 * takes.
 */
export function AnyField(props: FieldProps) {
  const Chosen = components[props.field.as] as ComponentType<FieldProps>
  return <Chosen {...props} />
}
