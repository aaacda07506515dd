/**
 * Hookline's own address, as somebody may write it into a webhook. The send guards it (server/webhook/guard.ts), and
 * this file says so beforehand. Names are not looked up, so that the same text is always judged alike.
 */

/**
 * Does this URL template lead to Hookline itself? `own`: its origin, `http://127.0.0.1:3000`. Every spelling of
 * loopback with its port does. Only the sandbox receiver, below the origin exactly as it is, may be called.
 */
export function isOwnAddress(template: string, own: string): boolean {
  const [to, self] = [place(template), place(own)]
  if (to === undefined || self === undefined || to.port !== self.port) return false
  if (to.host === self.host && to.path.startsWith('/sandbox/in/')) return false
  return to.host === self.host || isLoopback(to.host)
}

interface Place {
  readonly host: string
  readonly port: number
  readonly path: string
}

function place(template: string): Place | undefined {
  const [, scheme, authority = '', path = ''] = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(template.trim()) ?? []
  if (scheme === undefined || /[{}]/.test(authority)) return undefined
  const [, name = '', port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? []
  const host = name
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
  const plain = scheme.toLowerCase() === 'https' ? 443 : 80
  return host === '' ? undefined : { host, port: port === undefined || port === '' ? plain : Number(port), path }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  if (host.includes(':')) return /^[0:]*:(0*1)?$/.test(host) || /^[0:]*:ffff:(127\.|7f[0-9a-f]{2}:)/.test(host)
  const first = firstByte(host)
  return first === 127 || first === 0
}

/**
 * The first byte of an IPv4 address in any spelling that browsers and Node read (WHATWG URL, 3.5: decimal, hexadecimal,
 * octal, fewer parts); undefined for a name.
 */
function firstByte(host: string): number | undefined {
  const parts = host.split('.').map(numberOf)
  if (parts.length > 4 || parts.some(part => part === undefined)) return undefined
  const [first = 0] = parts as number[]
  return parts.length === 1 ? Math.floor(first / 2 ** 24) : first
}

function numberOf(part: string): number | undefined {
  if (/^0x[0-9a-f]*$/.test(part)) return Number.parseInt(part.slice(2) || '0', 16)
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8)
  return /^[1-9]\d*$/.test(part) ? Number(part) : undefined
}
