import { describe, expect, it } from 'vitest'
import { parseAllow } from '#server/webhook/allow'
import { closedPort, judgeAddress, judgeUrl, ownSockets, type Policy, publicOnly } from '#server/webhook/guard'

const allowing = (text: string, more: Partial<Policy> = {}): Policy => ({
  ...publicOnly,
  allow: parseAllow(text),
  ...more,
})
const refusedUrl = (url: string, policy = publicOnly) => judgeUrl(new URL(url), policy).is === 'refused'
const refusedAddress = (address: string, policy = publicOnly, port = 443) =>
  judgeAddress(address, { host: 'receiver.example', port }, policy).is === 'refused'

/** What a resolver might answer: the borders of every closed range, and the forms that hide an IPv4 address. */
const closedAddresses = `
  0.0.0.0 0.255.255.255 10.0.0.0 10.0.0.5 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255
  127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255 169.254.0.0 169.254.0.23 169.254.169.254 169.254.170.2 169.254.170.23
  169.254.255.255 172.16.0.0 172.16.0.5 172.31.255.255 192.0.0.0 192.0.0.192 192.0.0.255 192.0.2.0 192.0.2.255
  192.31.196.0 192.31.196.255 192.52.193.0 192.52.193.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.0.5 192.168.255.255
  192.175.48.0 192.175.48.255 198.18.0.0 198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255
  224.0.0.0 224.0.0.1 239.255.255.255 240.0.0.0 254.255.255.255 255.255.255.255 168.63.129.16
  :: ::1 ::2 ::7f00:1 ::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:7f00:1 ::FFFF:10.0.0.1
  0:0:0:0:0:ffff:169.254.169.254 ::ffff:a9fe:a9fe ::ffff:192.168.0.1 ::ffff:168.63.129.16 ::ffff:0:127.0.0.1 ::ffff:0:10.0.0.1
  ::ffff:0:8.8.8.8 64:ff9b::127.0.0.1 64:ff9b::8.8.8.8 64:ff9b::a9fe:a9fe 64:ff9b:1::10.0.0.1 64:ff9b:1:ffff:ffff:ffff:ffff:ffff
  100::1 100:0:0:1::1 1fff:ffff:: 2001:: 2001:0:7f00:1::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:2::1 2001:3::1 2001:10::1 2001:20::1
  2001:30::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2002:: 2002:7f00:1::
  2002:a9fe:a9fe::1 2002:808:808::1 2002:ffff:ffff:: 2620:4f:8000:: 2620:4f:8000:ffff:: 3fff:: 3fff:fff:ffff::
  4000:: 4000::1 5f00::1 8000::1 c000::1 fbff::1 fc00::1 fd00::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fdff:ffff::1 fe80::1 fe80::1%eth0
  fe80::1%1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2606:4700::1111%eth0
`
  .trim()
  .split(/\s+/)

/** Texts that are no address; nothing may guess what they mean. */
const notAddresses = [
  '',
  'gone',
  '127.1',
  '127.0.0.1.',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '2130706433',
  '１２７.0.0.1',
  '8.8.8.8 ',
  '8.8.8',
  '8.8.8.8.8',
  '[::1]',
  ':::1',
  '8.8.8.8%eth0',
  '256.1.1.1',
  'localhost',
]

/** Spellings that only a URL can carry. */
const closedUrls = [
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0x7F.1/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0177.0.0.01/',
  'http://127.1/',
  'http://127.0.1/',
  'http://0/',
  'http://0x0/',
  'http://127.0.0.1./',
  'http://１２７.０.０.１/',
  'http://127。0。0。1/',
  'http://①②⑦.0.0.1/',
  'http://%31%32%37.0.0.1/',
  'http://127%2e0%2e0%2e1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://169.16689662/',
  'http://169.254.43518/',
  'http://10.0.0.5:8080/',
  'http://167772165/',
  'https://192.168.0.5/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://localhost/',
  'http://LOCALHOST:3000/',
  'http://localhost./',
  'http://localhost../',
  'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
  'http://app.localhost/',
  'http://printer.local/',
  'http://db.internal/',
  'http://metadata.google.internal/computeMetadata/v1/',
  'http://metadata.google.internal./',
  'http://host.docker.internal:5432/',
  'http:\\\\127.0.0.1\\',
  'http:127.0.0.1',
  'http://\t127.0.0.1/',
  'https://user@8.8.8.8/',
  'https://user:password@hooks.example.com/',
  'https://:password@hooks.example.com/',
  'http://hooks.example.com@127.0.0.1/',
  'http://127.0.0.1#@hooks.example.com/',
  'http://127.0.0.1\\@hooks.example.com/',
  'ftp://hooks.example.com/',
  'file:///etc/passwd',
  'gopher://hooks.example.com/',
  'ws://hooks.example.com/',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'http://hooks.example.com:0/',
]

const openAddresses = `
  1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0
  172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 168.63.129.15
  168.63.129.17 ::ffff:8.8.8.8 2000::1 2001:200::1 2001:4860:4860::8888 2001:db7:ffff::1 2001:db9::1 2003::1 2606:4700::1111
  2a00:1450::1 2620:4f:7fff:: 2620:4f:8001:: 3ffe:ffff::1 3fff:1000::1
`
  .trim()
  .split(/\s+/)

const openUrls = [
  'https://hooks.example.com/in',
  'http://hooks.example.com:8080/in?a=b#c',
  'https://8.8.8.8/',
  'http://134744072/',
  'https://[2606:4700::1111]:8443/',
  'https://internal.example.com/',
  'https://localhost.example.com/',
  'https://mylocalhost/',
  'https://bücher.example/',
  'https://hooks.example.com./',
]

describe('the address guard', () => {
  it('is tried with at least 120 closed and 20 open forms', () => {
    expect(closedAddresses.length + notAddresses.length + closedUrls.length).toBeGreaterThanOrEqual(120)
    expect(openAddresses.length + openUrls.length).toBeGreaterThanOrEqual(20)
  })

  it.each(closedAddresses)('refuses %s as the answer of a resolver', address => {
    expect(refusedAddress(address)).toBe(true)
  })

  it.each(notAddresses)('refuses "%s", which is no address', address => {
    expect(refusedAddress(address)).toBe(true)
  })

  it.each(closedUrls)('refuses the URL %s', url => {
    expect(refusedUrl(url)).toBe(true)
  })

  it.each(openAddresses)('lets %s pass', address => {
    expect(refusedAddress(address)).toBe(false)
  })

  it.each(openUrls)('lets the URL %s pass', url => {
    expect(refusedUrl(url)).toBe(false)
  })

  it.each(['http://[fe80::1%25eth0]/', 'http://[::1].example.com/', 'http://256.256.256.256/', 'http://1.2.3.4.5/'])(
    'leaves %s to the URL parser, which refuses it',
    url => {
      expect(URL.canParse(url)).toBe(false)
    },
  )

  it('tells a closed address from a request that cannot be sent', () => {
    expect(judgeUrl(new URL('http://10.0.0.5/'), publicOnly)).toMatchObject({ cause: 'blocked-address' })
    expect(judgeUrl(new URL('http://a:b@example.com/'), publicOnly)).toMatchObject({ cause: 'bad-request' })
    expect(judgeUrl(new URL('ftp://example.com/'), publicOnly)).toMatchObject({ cause: 'bad-request' })
  })

  it('names the address and the way out in its reason', () => {
    const verdict = judgeAddress('10.0.0.5', { host: 'crm.example.com', port: 443 }, publicOnly)

    expect(verdict).toEqual({
      is: 'refused',
      cause: 'blocked-address',
      because:
        '"crm.example.com" leads to 10.0.0.5, which is in a private network. Webhooks go to public addresses; the operator can open others with HOOKLINE_ALLOW_PRIVATE.',
    })
  })

  it('may be told to keep public hosts to certain ports', () => {
    const policy: Policy = { ...publicOnly, ports: [80, 443] }

    expect(refusedAddress('8.8.8.8', policy, 443)).toBe(false)
    expect(refusedAddress('8.8.8.8', policy, 8080)).toBe(true)
    expect(refusedUrl('http://8.8.8.8:8080/', policy)).toBe(true)
  })

  it.each([
    ['https://crm.example.com/in', '', null],
    ['http://crm.example.com/in', '', null],
    ['https://crm.example.com:443', '', null],
    ['https://crm.example.com:8443', '', 'Port 8443 is closed. Webhooks may use ports 80, 443.'],
    ['http://8.8.8.8:8080', '', 'Port 8080 is closed. Webhooks may use ports 80, 443.'],
    // Only the address behind the name can tell.
    ['http://crm.example.com:8080', '10.0.0.0/8', null],
    ['http://crm.example.com:8080', '10.0.0.0/8:9000', 'Port 8080 is closed. Webhooks may use ports 80, 443.'],
    ['http://crm.internal:4000', 'crm.internal:4000', null],
    ['no address', '', null],
  ])('says so before anything is sent: %s, opened %j', (address, allow, said) => {
    expect(closedPort(address, { ...publicOnly, allow: parseAllow(allow), ports: [80, 443] })).toBe(said)
    expect(closedPort(address, { ...publicOnly, allow: parseAllow(allow) })).toBe(null)
  })
})

describe('HOOKLINE_ALLOW_PRIVATE', () => {
  const opened: [allow: string, address: string, port: number, host?: string][] = [
    ['10.0.0.5', '10.0.0.5', 80],
    ['10.0.0.5', '::ffff:10.0.0.5', 80],
    ['::ffff:10.0.0.5', '10.0.0.5', 80],
    ['10.0.0.5:8080', '10.0.0.5', 8080],
    ['10.0.0.0/8', '10.255.255.255', 443],
    ['10.0.0.0/8:8080', '10.1.2.3', 8080],
    ['192.168.1.1, 10.0.0.0/8', '10.1.2.3', 443],
    ['fd00::/8', 'fd12::1', 443],
    ['[fd00::1]:8080', 'fd00::1', 8080],
    ['[fd00::]/8:8080', 'fd12::1', 8080],
    ['[fd00::/8]:8080', 'fd12::1', 8080],
    ['FD00::1', 'fd00:0::1', 443],
    ['crm.internal', '10.0.0.5', 443, 'crm.internal'],
    ['CRM.Internal.:4000', '10.0.0.5', 4000, 'crm.internal'],
    ['localhost:4000', '127.0.0.1', 4000, 'localhost'],
    ['169.254.169.254', '169.254.169.254', 80],
    ['169.254.169.254/32', '169.254.169.254', 80],
    ['[fd00:ec2::254]:80', 'fd00:ec2::254', 80],
  ]
  it.each(opened)('%s opens %s port %i', (allow, address, port, host = 'receiver.example') => {
    expect(judgeAddress(address, { host, port }, allowing(allow)).is).toBe('allowed')
  })

  const stillClosed: [allow: string, address: string, port: number, host?: string][] = [
    ['10.0.0.5', '10.0.0.6', 80],
    ['10.0.0.5:8080', '10.0.0.5', 8081],
    ['10.0.0.0/8:8080', '10.1.2.3', 80],
    ['10.0.0.0/16', '10.1.0.0', 80],
    ['fd00::/16', 'fd01::1', 80],
    ['crm.internal', '10.0.0.5', 443, 'other.internal'],
    ['crm.internal:4000', '10.0.0.5', 4001, 'crm.internal'],
    ['169.254.0.0/16', '169.254.169.254', 80],
    ['169.254.169.254/31', '169.254.169.254', 80],
    ['0.0.0.0/0', '169.254.170.2', 80],
    ['0.0.0.0/0', '100.100.100.200', 80],
    ['fd00::/8', 'fd00:ec2::254', 80],
    ['metadata.google.internal', '169.254.169.254', 80, 'metadata.google.internal'],
    ['169.254.169.254:8080', '169.254.169.254', 80],
    ['fe80::/10', 'fe80::1%eth0', 80],
  ]
  it.each(stillClosed)('%s leaves %s port %i closed', (allow, address, port, host = 'receiver.example') => {
    expect(judgeAddress(address, { host, port }, allowing(allow)).is).toBe('refused')
  })

  it('opens an inside name only when the name itself is listed', () => {
    expect(refusedUrl('http://crm.internal:4000/', allowing('10.0.0.0/8'))).toBe(true)
    expect(refusedUrl('http://crm.internal:4000/', allowing('crm.internal'))).toBe(false)
    expect(refusedUrl('http://localhost:4000/', allowing('127.0.0.1'))).toBe(true)
  })

  it.each([
    ['10.0.0.0/33', '/33 is longer than the address'],
    ['10.0.0.5:0', '0 is not a port'],
    ['10.0.0.5:70000', '70000 is not a port'],
    ['crm.internal/8', '"crm.internal" is not an IP address'],
    ['*.internal', '"*.internal" is not the name of a host'],
    ['0x7f.1', 'write the address as 127.0.0.1'],
    ['http://10.0.0.5', 'it is neither a host nor a network'],
    ['fe80::1%eth0', '"fe80::1%eth0" is not the name of a host'],
    ['10.0.0.5 10.0.0.6', '"10.0.0.5 10.0.0.6" is not the name of a host'],
  ])('refuses the entry %s with a sentence', (entry, why) => {
    expect(() => parseAllow(`10.1.0.0/16,${entry}`)).toThrow(
      `HOOKLINE_ALLOW_PRIVATE: "${entry}" cannot be used, ${why}`,
    )
  })

  it('may be empty', () => {
    expect(parseAllow('')).toEqual([])
    expect(parseAllow(' , ')).toEqual([])
  })
})

describe('Hookline itself', () => {
  const own = ownSockets('127.0.0.1', 3000)
  const policy = allowing('127.0.0.0/8, 0.0.0.0, ::1, localhost', { own, sandboxOrigin: 'http://127.0.0.1:3000' })

  it.each(['127.0.0.1', '127.0.0.2', '0.0.0.0', '::1', '::ffff:127.0.0.1'])(
    'cannot be called at %s, even when that address is open',
    address => {
      expect(refusedAddress(address, policy, 3000)).toBe(true)
      expect(refusedAddress(address, policy, 3001)).toBe(false)
    },
  )

  it('is closed at every address of this machine when it listens on all of them', () => {
    const everywhere = ownSockets('0.0.0.0', 3000)

    expect(everywhere).toContainEqual({ address: '127.0.0.1', port: 3000 })
    for (const { address } of everywhere)
      expect(refusedAddress(address, allowing('0.0.0.0/0', { own: everywhere }), 3000)).toBe(true)
  })

  it.each([
    'http://127.0.0.1:3000/sandbox/in/a',
    'http://127.0.0.1:3000/sandbox/in/',
    'http://127.0.0.1:3000/api/../sandbox/in/a?b=c',
    'http://2130706433:3000/sandbox/in/a',
  ])('takes %s: the sandbox is the one exception', url => {
    expect(refusedUrl(url, { ...publicOnly, own, sandboxOrigin: 'http://127.0.0.1:3000' })).toBe(false)
  })

  it.each([
    'http://127.0.0.1:3000/sandbox',
    'http://127.0.0.1:3000/sandbox/in',
    'http://127.0.0.1:3000/sandbox/inner',
    'http://127.0.0.1:3000/api/v1/leads',
    'http://127.0.0.1:3000/sandbox/in/../../api/v1/leads',
    'http://127.0.0.1:3000/sandbox/in/%2e%2e/%2e%2e/api/v1/leads',
    'http://127.0.0.1:3000/sandbox/in/..\\..\\api/v1/leads',
    'http://127.0.0.1:3001/sandbox/in/a',
    'https://127.0.0.1:3000/sandbox/in/a',
    'http://127.0.0.2:3000/sandbox/in/a',
    'http://localhost:3000/sandbox/in/a',
    'http://a@127.0.0.1:3000/sandbox/in/a',
  ])('does not take %s', url => {
    expect(refusedUrl(url, { ...publicOnly, own, sandboxOrigin: 'http://127.0.0.1:3000' })).toBe(true)
  })
})
