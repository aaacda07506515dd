import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { canWrap, requestedGraph, requestingGraph } from '#shared/graph/wrap'
import { type Problem, TRIGGER_ONLY } from '#shared/problems'
import { api, keys } from '../api'
import { toast } from '../ui'
import { titleOf, useDraft, useEditor } from './editor'

/**
 * The repair for code 1000: moves the step and what is behind it into a trigger campaign of their own, and requests
 * that instead.
 */
export function WrapRepair({ id, problems }: { id: string; problems: readonly Problem[] }) {
  const editor = useEditor()
  const cache = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const isWrong = problems.some(p => p.code === TRIGGER_ONLY)
  const isPossible = useDraft(d => isWrong && canWrap(d.graph, id))
  const own = useDraft(d => d.name)
  if (!isPossible) return null
  const wrap = async () => {
    setBusy(true)
    try {
      const { graph } = editor.draft.getState()
      const name = `${own}: ${titleOf(graph, id)}`.slice(0, 120)
      const made = await api.createCampaign({ name, graph: requestedGraph(graph, id) })
      void cache.invalidateQueries({ queryKey: keys.campaigns })
      editor.do.closePanel()
      editor.draft.edit(g => requestingGraph(g, id, { id: made.id, name: made.name }))
      toast.done(
        'Moved into a campaign of its own',
        `"${made.name}" was created as a draft. Launch it first, then this one.`,
      )
    } catch (error) {
      toast.refused('Not moved', error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button variant="light" loading={isBusy} onClick={() => void wrap()}>
      Move into a campaign of its own
    </Button>
  )
}
