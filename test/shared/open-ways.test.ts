import { describe, expect, it } from 'vitest'
import { validate } from '#shared/graph/validate'
import { anybody, graph, posts, step } from '../sim/graphs'

const trigger = step('trigger', { event: 'signed_up', where: anybody })
const call = step('call-webhook', posts('x'), 'Tell')
const choice = step('filter', {}, 'Rich?')
const after = step('delay')
const open = (drawn: ReturnType<typeof graph>) =>
  validate(drawn).flatMap(p => (p.code === 'port.open' ? [`${p.step}: ${p.message}`] : []))

describe('a way that nobody connected', () => {
  it('is said before the launch by one rule, whether it is that of a No or of a failure', () => {
    const drawn = graph({ in: trigger, choice, call, after }, [
      'in -> choice',
      'choice:yes -> call',
      'call:succeeded -> after',
    ])

    expect(open(drawn)).toEqual([
      'choice: The way "No" is not connected: leads who take it finish there.',
      'call: The way "Failed" is not connected: leads who take it finish there.',
      'call: The way "Not sent" is not connected: leads who take it finish there.',
    ])
  })

  it('is nothing to say where it is a special case of one that is connected, or where the step is the last', () => {
    const drawn = graph({ in: trigger, call, after, last: call }, ['in -> call', 'call -> after', 'after -> last'])

    expect(open(drawn)).toEqual([])
  })

  it('is meant for the control group, and for no other variant', () => {
    const split = step('variants', {
      variants: [
        { id: 'a', label: 'A', weight: 45 },
        { id: 'b', label: 'B', weight: 45 },
      ],
      control: 10,
    })

    expect(open(graph({ in: trigger, split, after }, ['in -> split', 'split:a -> after']))).toEqual([
      'split: The way "B 45 %" is not connected: leads who take it finish there.',
    ])
  })
})
