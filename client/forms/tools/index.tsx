import type { ComponentType } from 'react'
import type { AnyKind } from '#shared/steps/define'
import type { Tool } from '#shared/steps/fields'
import { PlanTest } from './PlanTest'
import { TestSend } from './TestSend'

/**
 * What a tool is given: the kind of the step, its config, parsed by the kind's schema, and its id; empty where the form
 * is no step's.
 */
export interface ToolProps<C = Readonly<Record<string, unknown>>> {
  readonly kind: AnyKind
  readonly config: C
  readonly step: string
}

/** One component for every sort of tool: complete, or it does not compile. */
const components: { readonly [A in Tool['as']]: ComponentType<ToolProps<never>> } = {
  'test-send': TestSend,
  'plan-test': PlanTest,
}

/** A part of a step's form that edits nothing. */
export function AnyTool({ as, ...props }: ToolProps & Pick<Tool, 'as'>) {
  const Chosen = components[as] as ComponentType<ToolProps>
  return <Chosen {...props} />
}
