import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CampaignView } from '#shared/api'
import { addStep, renameStep } from '#shared/graph/edit'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { ApiError } from '../../client/api/fetch'
import { createDraft } from '../../client/canvas/draft'
import { createShelf } from '../../client/canvas/shelf'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const trigger = addStep(emptyGraph, { id: 'in', kind: 'trigger', position: { x: 0, y: 0 } })
const renamed = (name: string) => (graph: Graph) => renameStep(graph, 'in', name)

/** A server with one campaign that may be away, and a browser whose storage outlives its pages. */
function desk() {
  const rows = new Map<string, string>()
  const storage = {
    getItem: (key: string) => rows.get(key) ?? null,
    setItem: (key: string, text: string) => void rows.set(key, text),
    removeItem: (key: string) => void rows.delete(key),
  } as unknown as Storage
  const server = { isAway: false, view: { name: 'Welcome', graph: trigger, revision: 1 } as CampaignView }
  const saver = {
    save: async ({ name, graph, revision }: { name: string; graph: Graph; revision: number }) => {
      if (server.isAway) throw new TypeError('fetch failed')
      if (revision !== server.view.revision) throw new ApiError(409, 'Conflict', '', [])
      server.view = { ...server.view, name, graph, revision: revision + 1 }
      return server.view
    },
    load: async () => server.view,
    onSaved: () => {},
  }
  const made = () => createDraft(server.view, saver, createShelf('c', storage))
  const page = () => {
    const draft = made()
    draft.open()
    return draft
  }
  return { rows, server, made, page, nameIn: (graph: Graph) => graph.steps['in']?.name }
}

describe('edits that could not be saved', () => {
  it('are there after a reload, and are saved when the server is back', async () => {
    const { rows, server, page, nameIn } = desk()
    const before = page()
    server.isAway = true
    before.edit(renamed('Signed up'))
    await vi.advanceTimersByTimeAsync(1_000)
    before.edit(renamed('Signed up today'))

    server.isAway = false
    const after = page()
    expect(nameIn(after.getState().graph)).toBe('Signed up today')
    await vi.advanceTimersByTimeAsync(1_000)

    expect(nameIn(server.view.graph)).toBe('Signed up today')
    expect(after.getState()).toMatchObject({ unsaved: 0, saving: { is: 'rest' } })
    expect(rows.size).toBe(0)
  })

  it('are neither saved nor forgotten by a page that never stood', async () => {
    const { rows, server, made, page, nameIn } = desk()
    const kept = { name: 'Welcome', graph: renamed('In a hurry')(trigger), revision: 1 }
    rows.set('hookline.draft.c', JSON.stringify(kept))

    made()
    await vi.advanceTimersByTimeAsync(60_000)

    expect([server.view.revision, rows.size]).toEqual([1, 1])
    expect(nameIn(page().getState().graph)).toBe('In a hurry')
  })

  it('are kept when the page goes before they were on their way', () => {
    const { page, nameIn } = desk()
    const before = page()
    before.edit(renamed('In a hurry'))
    before.keep()

    expect(nameIn(page().getState().graph)).toBe('In a hurry')
  })

  it.each(['keepMine', 'adopt'] as const)('ask what is meant when the saved draft has moved on: %s', async choice => {
    const { rows, server, page, nameIn } = desk()
    const before = page()
    server.isAway = true
    before.edit(renamed('Mine'))
    await vi.advanceTimersByTimeAsync(1_000)
    server.view = { ...server.view, graph: renamed('Theirs')(trigger), revision: 2 }
    server.isAway = false

    const after = page()
    expect(after.getState().saving).toMatchObject({ is: 'conflict', theirs: { revision: 2 } })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(nameIn(server.view.graph)).toBe('Theirs')
    if (choice === 'keepMine') await after.keepMine()
    else after.adopt(server.view)

    const expected = choice === 'keepMine' ? 'Mine' : 'Theirs'
    expect([nameIn(server.view.graph), nameIn(after.getState().graph)]).toEqual([expected, expected])
    expect(rows.size).toBe(0)
  })

  it('are forgotten when the server has them already, and when nobody can read them', () => {
    const { rows, server, page } = desk()
    rows.set('hookline.draft.c', JSON.stringify({ name: 'Welcome', graph: trigger, revision: 0 }))
    expect(page().getState()).toMatchObject({ unsaved: 0, saving: { is: 'rest' } })
    expect(rows.size).toBe(0)

    for (const text of ['{', '[]', '{"name":1}', JSON.stringify({ name: 'x', revision: 1, graph: { hookline: 99 } })]) {
      rows.set('hookline.draft.c', text)
      expect(page().getState()).toMatchObject({ graph: server.view.graph, unsaved: 0 })
    }
  })

  it('are no conflict when somebody saved the same', async () => {
    const { server, page } = desk()
    const draft = page()
    server.view = { ...server.view, graph: renamed('Same')(trigger), revision: 2 }
    draft.edit(renamed('Same'))
    await vi.advanceTimersByTimeAsync(1_000)

    expect(draft.getState()).toMatchObject({ revision: 2, unsaved: 0, saving: { is: 'rest' } })
  })
})
