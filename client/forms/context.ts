import { createContext, useContext } from 'react'
import type { QuietHours } from '#shared/rules/quiet'
import type { TemplateFolder } from '#shared/world'

/**
 * All that the fields and tools of a form know of the place where the form stands. The editor gives what its draft says
 * at this moment, the page of a library webhook what holds for no campaign in particular.
 */
export interface FormContext {
  /** The campaign, as previews, tests and help texts speak of it. */
  readonly campaign: {
    readonly id: string
    readonly name: string
    readonly zone: string
    readonly quietHours: QuietHours | null
    /** The folder that the campaign lies in, with its tokens. */
    readonly folder: TemplateFolder | null
  }
  /** Names of the events that let leads in: tokens speak of their properties. */
  readonly events: readonly string[]
  /** What conditions may ask of the journey so far, like `journey.variant.split`. */
  readonly journey: readonly string[]
  /** Saves what is drawn, for what the server counts; true when the server has everything. */
  readonly save: () => Promise<boolean>
}

const Context = createContext<FormContext | null>(null)
export const FormProvider = Context.Provider

export function useFormContext(): FormContext {
  const context = useContext(Context)
  if (context === null) throw new Error('A field is drawn outside of FormProvider.')
  return context
}
