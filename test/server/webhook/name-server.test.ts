import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { publicOnly } from '#server/webhook/guard'
import { createNameServer, type NameServerOptions } from '#server/webhook/name-server'
import type { CallEnd } from '#shared/call'
import { type Said, startDns } from './dns'
import { atTheEnd, calling, ok, receiving } from './meeting'
import { callTo } from './receiver'

/** A name server that says this, and whoever asks it; no other one is asked, and no hosts file of the machine. */
async function asking(names: { readonly [name: string]: Said }, options: NameServerOptions = {}) {
  const dns = await startDns(names)
  atTheEnd(() => dns.close())
  const unknown = () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }))
  const server = createNameServer({
    servers: [dns.address],
    hostsFile: '/nowhere/hosts',
    system: unknown,
    patienceMs: 100,
    ...options,
  })
  atTheEnd(async () => server.close())
  const find = async (name: string) => (await server.resolve(name)).map(({ address }) => address)
  return { dns, server, find }
}

describe('a name', () => {
  it('has the addresses that its name server says, IPv4 first', async () => {
    const { find } = await asking({
      'good.example': { a: ['192.0.2.7', '192.0.2.8'], aaaa: ['2001:db8::7'] },
      'six.example': { aaaa: ['2001:db8::8'] },
    })

    expect((await find('good.example')).toSorted()).toEqual(['192.0.2.7', '192.0.2.8', '2001:db8::7'])
    expect((await find('Good.Example.'))[0]).toMatch(/^192/)
    expect(await find('six.example')).toEqual(['2001:db8::8'])
  })

  it('is not asked for again for as long as its answer holds, and then it is', async () => {
    let now = 0
    const { find, dns } = await asking({ 'good.example': { a: ['192.0.2.7'], ttl: 30 } }, { now: () => now })
    await find('good.example')
    const asked = dns.questions.length
    dns.say({ 'good.example': { a: ['192.0.2.9'], ttl: 0 } })

    now = 29_999
    expect(await find('good.example')).toEqual(['192.0.2.7'])
    expect(dns.questions).toHaveLength(asked)
    now = 30_000
    expect(await find('good.example')).toEqual(['192.0.2.9'])
    dns.say({ 'good.example': { a: ['192.0.2.10'], ttl: 86_400 } })
    // An answer that holds for no time is not kept; one for a day is kept for five minutes.
    expect(await find('good.example')).toEqual(['192.0.2.10'])
    dns.say({ 'good.example': { a: ['192.0.2.11'] } })
    now += 299_999
    expect(await find('good.example')).toEqual(['192.0.2.10'])
    now += 1
    expect(await find('good.example')).toEqual(['192.0.2.11'])
  })

  it('in the hosts file is what stands there, also after it was changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookline-hosts-'))
    atTheEnd(async () => rmSync(folder, { recursive: true }))
    const hostsFile = join(folder, 'hosts')
    writeFileSync(hostsFile, '# ours\n127.0.0.9\tcrm.internal CRM2.internal # two\r\n::1 crm.internal\nnonsense here\n')
    let now = 0
    const { find, dns } = await asking({}, { hostsFile, now: () => now })

    expect(await find('crm.internal')).toEqual(['127.0.0.9', '::1'])
    expect(await find('crm2.internal')).toEqual(['127.0.0.9'])
    await expect(find('here')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    expect(dns.questions.filter(question => question.includes('crm'))).toEqual([])
    writeFileSync(hostsFile, '127.0.0.10 crm.internal\n')
    now = 2_000
    expect(await find('crm.internal')).toEqual(['127.0.0.10'])
  })

  it('localhost never leaves the machine', async () => {
    const { find, dns } = await asking({ localhost: { a: ['192.0.2.1'] } })

    expect(await find('localhost')).toEqual(['127.0.0.1', '::1'])
    expect(await find('app.localhost')).toEqual(['127.0.0.1', '::1'])
    expect(dns.questions).toEqual([])
  })

  it('that only the system knows is asked of the system, one at a time', async () => {
    const asked: string[] = []
    let answer = () => {}
    const { find } = await asking(
      { 'broken.example': 'fault' },
      {
        system: name => {
          asked.push(name)
          return new Promise(resolve => {
            answer = () => resolve([{ address: '192.0.2.50', family: 4 }])
          })
        },
      },
    )
    const both = Promise.all([find('printer'), find('printer'), find('scanner')])

    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(1)
    answer()
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(2)
    answer()
    expect(await both).toEqual([['192.0.2.50'], ['192.0.2.50'], ['192.0.2.50']])
    expect(asked.toSorted()).toEqual(['printer', 'scanner'])
    // Whose name server has a fault would hold the system's thread as well.
    await expect(find('broken.example')).rejects.toMatchObject({ code: 'ESERVFAIL' })
    expect(asked).toHaveLength(2)
  })
})

/** A receiver behind `good.example`, and a caller that asks this name server. */
async function calls(names: { readonly [name: string]: Said }, dnsPatienceMs?: number) {
  const receiver = await receiving(ok)
  const { server, dns } = await asking({ 'good.example': { a: ['127.0.0.1'] }, ...names })
  const allow = parseAllow(`good.example:${receiver.port},127.0.0.1:${receiver.port}`)
  const { caller } = calling(
    { ...publicOnly, allow },
    { resolve: server.resolve, dnsMs: 1_000, ...(dnsPatienceMs === undefined ? {} : { dnsPatienceMs }) },
  )
  const call = (host: string, more: { readonly seconds?: number } = {}) =>
    new Promise<CallEnd>(resolve => caller.call({ ...callTo(`http://${host}:${receiver.port}/`), ...more }, resolve))
  return { receiver, dns, call }
}

describe('a name server that is silent', () => {
  it('stops no call to another host', async () => {
    const hung = Array.from({ length: 60 }, (_, n) => `hung-${n}.example`)
    const { call, receiver } = await calls(Object.fromEntries(hung.map(name => [name, 'silent'])))
    let ended = 0
    const silent = hung.map(name => call(name).then(end => ended++ < 0 || end))

    const good = await Promise.all(Array.from({ length: 20 }, () => call('good.example')))

    expect(good.map(({ is }) => is)).toEqual(Array(20).fill('answered'))
    expect(ended).toBe(0)
    expect(receiver.requests).toHaveLength(20)
    await Promise.all(silent)
  })

  it.each(['silent', 'fault'] as const)('costs no attempt: %s', async said => {
    const { call } = await calls({ 'bad.example': said })

    expect(await call('bad.example')).toMatchObject({ is: 'withdrawn', why: 'ours', inMs: 5_000 })
    expect(await call('nowhere.example')).toMatchObject({ is: 'unreachable', cause: 'dns', sent: false })
  })

  it('costs none either when the call has less time than the question', async () => {
    const { call } = await calls({ 'bad.example': 'silent' })

    expect(await call('bad.example', { seconds: 0.05 })).toMatchObject({ is: 'withdrawn', why: 'ours' })
  })

  it('does cost attempts when it is so for long: then it is the receiver’s name', async () => {
    const { call, dns } = await calls({ 'bad.example': 'fault' }, 150)
    const ends: CallEnd[] = []
    const ended = async () => {
      ends.push(await call('bad.example'))
      return ends.at(-1)?.is
    }

    expect(await ended()).toBe('withdrawn')
    await expect.poll(ended, { timeout: 10_000, interval: 20 }).toBe('unreachable')
    expect(ends.at(-1)).toMatchObject({ cause: 'dns', sent: false })
    expect(await ended()).toBe('unreachable')
    dns.say({ 'bad.example': { a: ['127.0.0.1'], ttl: 0 } })
    await ended()
    dns.say({ 'bad.example': 'fault' })
    // It was answered in between: patience begins anew.
    expect(await ended()).toBe('withdrawn')
  })
})
