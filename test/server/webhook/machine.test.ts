import { describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { judgeAddress, type Policy, publicOnly } from '#server/webhook/guard'

// Judged only: nothing here opens a socket.

const here = ['8.8.4.4', '2606:4700::1111', '192.168.1.9', 'fe80::1%eth0']
const verdict = (address: string, port: number, changes: Partial<Policy> = {}) =>
  judgeAddress(address, { host: address, port }, { ...publicOnly, here, ...changes }).is

describe('an address of this machine (delivery R34)', () => {
  it.each(['8.8.4.4', '::ffff:8.8.4.4', '2606:4700::1111', '2606:4700:0:0:0:0:0:1111', '192.168.1.9'])(
    '%s is closed on every port, although it may be public',
    address => {
      expect([80, 443, 5432].map(port => verdict(address, port))).toEqual(['refused', 'refused', 'refused'])
    },
  )

  it('is open where the operator opened it, on that port alone', () => {
    const allow = parseAllow('8.8.4.4:8080')

    expect([verdict('8.8.4.4', 8080, { allow }), verdict('8.8.4.4', 443, { allow })]).toEqual(['allowed', 'refused'])
  })

  it('closes no neighbour', () => {
    expect([verdict('8.8.4.5', 443), verdict('2606:4700::1112', 443)]).toEqual(['allowed', 'allowed'])
  })
})
