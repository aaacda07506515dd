/**
 * How one key of a step's config is edited. The editor draws a step's form from these; it knows no kinds. A new sort of field is
 * a line here and a component in client/canvas/fields/.
 */
export type Field = FieldLook & {
  readonly label: string
  readonly help?: string
  readonly placeholder?: string
}

type FieldLook =
  | { readonly as: 'text' }
  | { readonly as: 'duration' }
  | { readonly as: 'time' }
  | { readonly as: 'weekdays' }
  | { readonly as: 'event-name' }
  | { readonly as: 'instant' }
  | {
      readonly as: 'select'
      readonly options: readonly { readonly value: string; readonly label: string; readonly help?: string }[]
    }
  /** `scopes`: what the condition may look at (`lead`, `event`, `response`). */
  | { readonly as: 'condition'; readonly scopes: readonly string[] }
  | { readonly as: 'variants' }
  | { readonly as: 'changes' }
  | { readonly as: 'request' }
  | { readonly as: 'mappings' }
