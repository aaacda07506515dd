// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Braze writes names so
import { describe, expect, it } from 'vitest'
import { emptyGraph, type Graph } from '#shared/graph/schema'
import { validate } from '#shared/graph/validate'
import { anybody, posts, step } from '../sim/graphs'

// A walk through a text that begins again at each brace takes 20 s for fifteen steps, 7 s for five; one that goes once takes
// milliseconds. The bound lies far from both.
const STEPS = 5
const MUCH_TOO_LONG_MS = 3000

/** What this process has worked, whatever else the machine does. */
const worked = () => process.cpuUsage().user / 1000

/** Some steps, each with a body as long as bodies may be, made of one piece. */
function drawn(piece: string, contentType = 'application/json'): Graph {
  const text = piece.repeat(Math.ceil(65_536 / piece.length)).slice(0, 65_536)
  const body = { as: 'text', text, contentType, encoding: 'none' }
  const calls = Array.from({ length: STEPS }, (_, i) => [`s${i}`, step('call-webhook', posts('x', { body }))] as const)
  return {
    ...emptyGraph,
    steps: { in: step('trigger', { event: 'signed_up', where: anybody }), ...Object.fromEntries(calls) },
  }
}

describe('a graph with long templates', () => {
  it.each([
    'secret {{{{ ',
    '{{{{',
    '{%',
    '{{ secret.a }} {{ secret',
    '{% if secret %}',
    '{{ lead.a }}',
    '{{ lead.a | upcase }} ',
    '{{lead.First Name}} ',
    '{{lead.First Name:default=x}} ',
    '{{ foo.a }}',
    '\n{{ foo }}',
    '{{ "a" | ',
    '{{ lead.a | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'aaaaaaaaaaaaaaaaaaaaaaaaa',
    '${',
    '{{${',
    '{{ ${a} }}',
    '{{ lead.a',
    '{"a": "{{ lead.a }}", ',
    '"{{ lead.a }}" ',
    '\\"{{',
    '<![CDATA[',
    '<!--{{ lead.a }}',
    '{{ lead.a }}]]>',
    '{% raw %}{{ ',
    '{% comment %}',
    '{% for a in lead.b %}{{ a }}{% endfor %}',
    '{% assign a = lead.b %}',
    '     {{     ',
    '{{ lead.a | default: "x" }} {% if lead.a %}{% endif %}',
    '((((',
    '[[[[',
    '{{ a[',
  ])('is read through once: %j', piece => {
    const began = worked()
    for (const type of ['application/json', 'text/xml', 'application/x-www-form-urlencoded'])
      validate(drawn(piece, type))

    expect(worked() - began).toBeLessThan(MUCH_TOO_LONG_MS)
  })

  it('is told of some of its mistakes, not of thousands', () => {
    const problems = validate(drawn('{{ foo.a }}{{ lead.b }} '))

    expect(JSON.stringify(problems).length).toBeLessThan(2 ** 23)
    expect(problems.length).toBeLessThan(STEPS * 50)
  })

  it('is judged once for a config, however often it is looked at', () => {
    const graph = drawn('{{ lead.a | upcase }} ')
    const first = validate(graph)
    const began = worked()
    for (let i = 0; i < 50; i++) validate(graph)

    expect(worked() - began).toBeLessThan(1000)
    expect(validate(graph)).toEqual(first)
  })
})
