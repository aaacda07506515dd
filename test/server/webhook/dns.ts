import { createSocket } from 'node:dgram'

/** What is said of a name: its addresses, that there is no such name, that the server cannot say, or nothing at all. */
export type Said =
  | { readonly a?: readonly string[]; readonly aaaa?: readonly string[]; readonly ttl?: number }
  | 'no-such-name'
  | 'fault'
  | 'silent'

export interface DnsServer {
  readonly address: string
  /** `A good.example`, in the order of the questions. */
  readonly questions: readonly string[]
  /** Answers from now on by this table; names that are not in it do not exist. */
  readonly say: (names: { readonly [name: string]: Said }) => void
  close(): Promise<void>
}

const A = 1
const AAAA = 28

/** A name server on loopback (RFC 1035, as much of it as a test needs), on any free port unless one is given. */
export async function startDns(names: { readonly [name: string]: Said }, port = 0): Promise<DnsServer> {
  const questions: string[] = []
  let table = names
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const { name, type, end } = parseQuestion(question)
    questions.push(`${type === A ? 'A' : 'AAAA'} ${name}`)
    const said = table[name] ?? 'no-such-name'
    if (said !== 'silent') socket.send(answer(question.subarray(0, end), type, said), from.port, from.address)
  })
  await new Promise<void>(resolve => socket.bind(port, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    say: next => {
      table = next
    },
    close: () => new Promise(resolve => socket.close(() => resolve())),
  }
}

function parseQuestion(bytes: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = []
  let at = 12
  while ((bytes[at] ?? 0) > 0) {
    const length = bytes[at] ?? 0
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: bytes.readUInt16BE(at + 1), end: at + 5 }
}

function answer(question: Buffer, type: number, said: Exclude<Said, 'silent'>): Buffer {
  const code = said === 'fault' ? 2 : said === 'no-such-name' ? 3 : 0
  const records =
    typeof said === 'string'
      ? []
      : type === A
        ? (said.a ?? []).map(text => Buffer.from(text.split('.').map(Number)))
        : type === AAAA
          ? (said.aaaa ?? []).map(sixteen)
          : []
  const ttl = typeof said === 'string' ? 0 : (said.ttl ?? 60)
  const head = Buffer.from(question)
  head.writeUInt16BE(0x8180 | code, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(records.length, 6)
  head.fill(0, 8, 12)
  return Buffer.concat([head, ...records.map(data => record(type, ttl, data))])
}

function record(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  // The name: as in the question.
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(ttl, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

/** `2001:db8::7`, with its `::`. */
function sixteen(text: string): Buffer {
  const [head = '', tail = ''] = text.split('::')
  const bytes = (part: string) => part.split(':').flatMap(group => (group === '' ? [] : [Number.parseInt(group, 16)]))
  const groups = [...bytes(head), ...Array<number>(8 - bytes(head).length - bytes(tail).length).fill(0), ...bytes(tail)]
  return Buffer.from(groups.flatMap(group => [group >> 8, group & 255]))
}
