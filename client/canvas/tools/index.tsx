import type { ComponentType } from 'react'
import type { Tool } from '#shared/steps/fields'
import { TestSend } from './TestSend'

/** What a tool is given: the config of the step, parsed by its kind's schema. */
export interface ToolProps<C = Readonly<Record<string, unknown>>> {
  readonly config: C
}

/** One component for every sort of tool: complete, or it does not compile. */
const components: { readonly [A in Tool['as']]: ComponentType<ToolProps<never>> } = { 'test-send': TestSend }

/** A part of a step's form that edits nothing. */
export function AnyTool({ as, config }: ToolProps & Pick<Tool, 'as'>) {
  const Chosen = components[as] as ComponentType<ToolProps>
  return <Chosen config={config} />
}
