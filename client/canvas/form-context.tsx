import { type ReactNode, useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { type Graph, intakeOf } from '#shared/graph/schema'
import { eventsOfWays } from '#shared/rules/ways-in/index'
import { findKind } from '#shared/steps/index'
import { type FormContext, FormProvider } from '../forms/context'
import { useDraft, useEditor, useView } from './editor'

/**
 * Tells the forms inside it what the draft says by now. A change of something that no form asks for draws none of them
 * again.
 */
export function DraftFormProvider({ children }: { children: ReactNode }) {
  const { campaignId: id, draft } = useEditor()
  const name = useDraft(d => d.name)
  const { zone, quietHours } = useDraft(d => d.graph.settings)
  const folder = useView(v => v.folder)
  const events = useDraft(useShallow(d => eventsOf(d.graph)))
  const journey = useDraft(useShallow(d => askedOfJourney(d.graph.steps)))
  const context = useMemo<FormContext>(
    () => ({ campaign: { id, name, zone, quietHours, folder }, events, journey, save: draft.flush }),
    [id, name, zone, quietHours, folder, events, journey, draft],
  )
  return <FormProvider value={context}>{children}</FormProvider>
}

/** Names of the events that let leads in. */
function eventsOf(graph: Graph): readonly string[] {
  const admits = intakeOf(graph)
  if (admits?.mode !== 'trigger') return []
  return [...new Set(eventsOfWays(admits.ways))]
}

/** What a journey remembers: when it began, the variants of its experiments and the outcomes of its webhooks. */
function askedOfJourney(steps: Graph['steps']): readonly string[] {
  const ids = (group: string) => Object.keys(steps).filter(id => findKind(steps[id]?.kind ?? '')?.group === group)
  return [
    'journey.entered_at',
    ...ids('experiment').map(id => `journey.variant.${id}`),
    ...ids('webhook').map(id => `journey.webhook.${id}`),
  ]
}
