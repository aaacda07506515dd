import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CampaignView } from '#shared/api'
import { addStep, connect, moveSteps, removeSteps, renameStep, setConfig, setSettings } from '#shared/graph/edit'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { createDraft } from '../../client/canvas/draft'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const at = (y: number) => ({ x: 0, y })
const two = addStep(addStep(emptyGraph, { id: 'in', kind: 'trigger', position: at(0) }), {
  id: 'out',
  kind: 'exit',
  position: at(200),
})

function drafted() {
  let view = { name: 'c', graph: two, revision: 1 } as CampaignView
  const saver = {
    save: async ({ name, graph, revision }: { name: string; graph: Graph; revision: number }) => {
      view = { ...view, name, graph, revision: revision + 1 }
      return view
    },
    load: async () => view,
    onSaved: () => {},
  }
  const draft = createDraft(view, saver, { read: () => null, keep: () => {}, clear: () => {} })
  const graph = () => draft.getState().graph
  const words = () => draft.getState().history.past.map(moment => moment.gesture.words)
  const types = (name: string, ms: number) => {
    draft.edit(g => renameStep(g, 'in', name))
    return vi.advanceTimersByTimeAsync(ms)
  }
  return { draft, graph, words, types, view: () => view }
}

describe('undo', () => {
  it.each<[string, (graph: Graph) => Graph]>([
    ['add "Delay"', g => addStep(g, { id: 'delay', kind: 'delay', position: at(100) })],
    ['remove "Exit"', g => removeSteps(g, ['out'])],
    ['remove 2 steps', g => removeSteps(g, ['in', 'out'])],
    ['connect "Trigger" to "Exit"', g => connect(g, { from: 'in', port: 'next', to: 'out' })],
    ['move "Exit"', g => moveSteps(g, new Map([['out', at(300)]]))],
    [
      'move 2 steps',
      g =>
        moveSteps(
          g,
          new Map([
            ['in', at(9)],
            ['out', at(300)],
          ]),
        ),
    ],
    ['rename "Trigger"', g => renameStep(g, 'in', 'Signed up')],
    ['change "Exit"', g => setConfig(g, 'out', { ...g.steps['out']?.config, reason: 'enough' })],
    ['change the settings', g => setSettings(g, { zone: 'Asia/Seoul' })],
    ['replace the draft', () => addStep(emptyGraph, { id: 'other', kind: 'trigger', position: at(0) })],
  ])('takes back: %s, and brings it again', (said, change) => {
    const { draft, graph, words } = drafted()
    draft.edit(change)
    const changed = graph()

    expect(words()).toEqual([said])
    expect(draft.undo()?.words).toBe(said)
    expect(graph()).toBe(two)
    expect(draft.redo()?.words).toBe(said)
    expect(graph()).toBe(changed)
    expect(draft.redo()).toBeUndefined()
  })

  it('takes a word back that was typed, not a letter; a rest of half a second begins another', async () => {
    const { draft, graph, types, words } = drafted()
    for (const name of ['S', 'Si', 'Sig', 'Sign']) await types(name, 200)
    await vi.advanceTimersByTimeAsync(500)
    await types('Signed', 0)

    expect(words()).toHaveLength(2)
    draft.undo()
    expect(graph().steps['in']?.name).toBe('Sign')
    draft.undo()
    expect(graph()).toBe(two)
  })

  it('takes back what was done to two things one by one, however quickly', async () => {
    const { words, draft, types } = drafted()
    await types('Signed up', 10)
    draft.edit(g => renameStep(g, 'out', 'Done'))
    await types('Signed in', 10)

    expect(words()).toEqual(['rename "Trigger"', 'rename "Exit"', 'rename "Signed up"'])
  })

  it('forgets what was taken back once something else is done', () => {
    const { draft, graph } = drafted()
    draft.edit(g => renameStep(g, 'in', 'One'))
    draft.undo()
    draft.edit(g => renameStep(g, 'out', 'Two'))

    expect(draft.redo()).toBeUndefined()
    expect([graph().steps['in']?.name, graph().steps['out']?.name]).toEqual(['Trigger', 'Two'])
  })

  it('outlives a save, and is saved itself', async () => {
    const { draft, types, view } = drafted()
    await types('Signed up', 2_000)
    expect(view().graph.steps['in']?.name).toBe('Signed up')

    draft.undo()
    await vi.advanceTimersByTimeAsync(2_000)

    expect(view().graph.steps['in']?.name).toBe('Trigger')
    expect(draft.getState().unsaved).toBe(0)
  })

  it('does not reach behind what somebody else saved, and has no step for an edit that changes nothing', () => {
    const { draft, words, view } = drafted()
    draft.edit(g => g)
    expect(words()).toEqual([])
    draft.edit(g => renameStep(g, 'in', 'Mine'))
    draft.adopt({ ...view(), graph: renameStep(two, 'in', 'Theirs'), revision: 2 })

    expect(draft.undo()).toBeUndefined()
  })
})
