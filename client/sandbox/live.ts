import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { type SandboxCall, type SandboxView, sandboxCallSchema } from '#shared/api/sandbox'
import { type Connection, keys, useEvents } from '../api'

/** Calls are gathered this long before they are drawn, so that a thousand a second do not freeze the page. */
const GATHER_MS = 200
/** The list on screen holds no more than this; older calls are still counted. */
const SHOWN_CALLS = 500

/** Puts calls into the list as they arrive. */
export function useLiveCalls(): Connection {
  const queries = useQueryClient()
  const gathered = useRef<SandboxCall[]>([])
  const drawing = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(drawing.current), [])

  const draw = () => {
    drawing.current = undefined
    const fresh = gathered.current
    gathered.current = []
    queries.setQueryData<SandboxView>(keys.sandbox, view => view && withCalls(view, fresh))
  }
  return useEvents('/sandbox/live', {
    call: data => {
      const call = sandboxCallSchema.safeParse(data)
      if (!call.success) return void queries.invalidateQueries({ queryKey: keys.sandbox })
      gathered.current.push(call.data)
      drawing.current ??= setTimeout(draw, GATHER_MS)
    },
  })
}

/** The view with calls that were not in it yet, newest first. */
function withCalls(view: SandboxView, fresh: readonly SandboxCall[]): SandboxView {
  const newest = view.calls[0]?.n ?? 0
  const added = fresh.filter(({ n }) => n > newest).sort((a, b) => b.n - a.n)
  return { ...view, calls: [...added, ...view.calls].slice(0, SHOWN_CALLS), total: view.total + added.length }
}
