// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Braze's syntax that is tested here
import { describe, expect, it } from 'vitest'
import { completeAt, written } from '../../client/forms/code/complete'

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
    ['{{${', ['email', 'first_name']],
    ['{{custom_attribute.${fir', ['first_name']],
    ['{% if {{ event_properties.${', ['plan']],
    ['{{ api_trigger_properties.${', []],
    ['{{${email}}} and ${', undefined],
    ['{{lead.first_name:default=', undefined],
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

  it.each([
    ['{{ lead.e', 'lead.email', '', 'lead.email }}'],
    ['{{ lead.e', 'lead.email', ' }}', 'lead.email'],
    ['{{ lead.e', 'lead.email', ' | upcase }}', 'lead.email'],
    ['{{ lead.email | up', 'upcase', ' }}', 'upcase'],
    ['{{${', 'email', '', 'email}}}'],
    ['{{${', 'email', '}}}', 'email'],
  ])('behind %j writes %j, and closes what is not closed before %j', (before, label, after, text) => {
    const completing = completeAt(before, tokens)
    expect(completing && written(completing, label, after)).toBe(text)
  })
})
