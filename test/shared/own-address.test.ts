import { describe, expect, it } from 'vitest'
import { validate } from '#shared/graph/validate'
import { isOwnAddress } from '#shared/rules/own-address'
import { anybody, graph, posts, step } from '../sim/graphs'

const own = 'http://127.0.0.1:3000'

describe('the address of Hookline itself', () => {
  it.each([
    'http://127.0.0.1:3000/api/v1/events',
    'http://localhost:3000/hook',
    'HTTP://LocalHost.:3000',
    'https://app.localhost:3000/',
    'http://127.1:3000/',
    'http://2130706433:3000/',
    'http://0x7f000001:3000/',
    'http://0177.0.0.1:3000/',
    'http://0.0.0.0:3000/',
    'http://[::1]:3000/',
    'http://[::ffff:127.0.0.1]:3000/',
    'http://[::ffff:7f00:1]:3000/',
    'http://localhost:3000/sandbox/in/x',
    'http://localhost:3000/{{ lead.external_id }}',
  ])('is known as %s', url => {
    expect(isOwnAddress(url, own)).toBe(true)
  })

  it.each([
    '{{ system.sandbox }}/hello',
    'http://127.0.0.1:3000/sandbox/in/hello',
    'http://127.0.0.1:3001/',
    'http://localhost/',
    'https://crm.example.com:3000/leads',
    'http://10.0.0.1:3000/',
    'http://128.0.0.1:3000/',
    'http://[2001:db8::1]:3000/',
    'not an address',
    '',
  ])('is not %s', url => {
    expect(isOwnAddress(url, own)).toBe(false)
  })

  it('takes the port of the scheme where none is written', () => {
    expect(isOwnAddress('http://localhost/x', 'http://127.0.0.1:80')).toBe(true)
    expect(isOwnAddress('https://hookline.example.com/x', 'https://hookline.example.com')).toBe(true)
  })

  it('is refused at validation, for a language too', () => {
    const trigger = step('trigger', { event: 'signed_up', where: anybody })
    const languages = [{ language: 'de', url: 'http://localhost:3000/de' }]
    const call = step('call-webhook', posts('x', { url: 'http://localhost:3000/x', languages }))
    const around = { library: new Map(), folder: null, own }

    const found = validate(graph({ trigger, call }, ['trigger -> call']), around)

    expect(found.filter(p => p.code === 'request.own-address')).toMatchObject([
      { severity: 'error', step: 'call', path: 'config.request.url' },
      { severity: 'error', step: 'call', path: 'config.request.languages.0.url' },
    ])
  })
})

describe('a campaign of a trigger alone', () => {
  const alone = (problems: readonly { code: string | number }[]) => problems.some(p => p.code === 'graph.entry-alone')

  it('is told that nothing follows, and may be launched so', () => {
    const found = validate(graph({ in: step('trigger', { event: 'signed_up', where: anybody }) }, []))

    expect(found).toMatchObject([{ code: 'graph.entry-alone', severity: 'warning', step: 'in' }])
    expect(alone(validate(graph({ in: step('trigger'), wait: step('delay') }, ['in -> wait'])))).toBe(false)
  })
})
