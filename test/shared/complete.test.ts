import { describe, expect, it } from 'vitest'
import { completeAt } from '../../client/canvas/code/complete'

const tokens = ['lead.email', 'lead.first_name', 'event.plan', 'my.Event Date', 'secret.crm'].map(label => ({
  label,
  detail: '',
}))
const offered = (before: string) => completeAt(before, tokens)?.options.map(o => o.label)

describe('completion of tokens', () => {
  it.each<[string, string[] | undefined]>([
    ['{{', tokens.map(t => t.label)],
    ['{{ ', tokens.map(t => t.label)],
    ['https://a.example/{{ lead.e', ['lead.email']],
    ['{{ plan', ['event.plan']],
    ['{{my.Event D', ['my.Event Date']],
    ['{{ lead.email }} and {{ sec', ['secret.crm']],
    ['{{ lead.email | up', ['upcase']],
    ['{{ nothing.like.it', []],
    ['lead.e', undefined],
    ['{{ lead.email }}', undefined],
    ['{{ "text" ', undefined],
  ])('offers after %j', (before, labels) => {
    expect(offered(before)).toEqual(labels)
  })

  it('takes the place of what was typed', () => {
    expect(completeAt('a {{ my.Event D', tokens)?.from).toBe('a {{ '.length)
    expect(completeAt('{{ lead.email | up', tokens)?.from).toBe('{{ lead.email | '.length)
  })
})
