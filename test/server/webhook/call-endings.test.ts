import { createServer as createPlainServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { calling, listening, meeting } from './meeting'
import { type Behaviour, opening, respond } from './receiver'

const head = 'HTTP/1.1 200 OK\r\n'

/** Writes this behind an honest status line, and perhaps closes its side. */
function says(rest: string, then: 'and waits' | 'and closes' = 'and waits'): Behaviour {
  return socket => (then === 'and closes' ? socket.end(head + rest) : socket.write(head + rest))
}

/** Writes this and resets the connection when it is out. */
function resetAfter(text: string): Behaviour {
  return socket => socket.write(text, () => socket.resetAndDestroy())
}

const endings: [title: string, expected: object, behave: Behaviour][] = [
  ['never answers', { cause: 'timeout' }, () => {}],
  [
    'sends one byte of its head every 50 ms',
    { cause: 'timeout' },
    socket => drip(socket, `${head}x-slow: ${'a'.repeat(99)}`),
  ],
  [
    'sends one byte of its body every 50 ms',
    { cause: 'timeout' },
    socket => {
      socket.write(`${head}content-length: 1000\r\n\r\n`)
      drip(socket, 'a'.repeat(999))
    },
  ],
  ['closes without a word', { cause: 'reset' }, socket => socket.end()],
  ['resets without a word', { cause: 'reset' }, socket => socket.resetAndDestroy()],
  ['closes inside its status line', { cause: 'reset' }, socket => socket.end('HTTP/1.1 2')],
  ['closes inside its head', { cause: 'reset' }, socket => socket.end(`${head}content-le`)],
  ['closes before its body', { cause: 'reset' }, socket => socket.end(`${head}content-length: 5\r\n\r\n`)],
  ['closes inside its body', { cause: 'reset' }, socket => socket.end(`${head}content-length: 5\r\n\r\nab`)],
  [
    'closes inside a chunk',
    { cause: 'reset' },
    socket => socket.end(`${head}transfer-encoding: chunked\r\n\r\n5\r\nab`),
  ],
  [
    'resets inside its body',
    { cause: 'reset' },
    socket => {
      socket.write(`${head}content-length: 5\r\n\r\nab`, () => socket.resetAndDestroy())
    },
  ],
  [
    'says close and ends inside its body',
    { cause: 'protocol' },
    socket => socket.end(`${head}connection: close\r\ncontent-length: 5\r\n\r\nab`),
  ],
  ['answers garbage', { cause: 'protocol' }, socket => socket.write('\x00\x01\x02 what?\r\n\r\n')],
  ['answers in HTTP/0.9', { cause: 'protocol' }, socket => socket.end('<html>hello</html>\r\n')],
  ['answers in HTTP/2', { cause: 'protocol' }, socket => socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['answers like an SSH server', { cause: 'protocol' }, socket => socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
  [
    'gives two lengths',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`),
  ],
  ['gives a negative length', { cause: 'protocol' }, socket => socket.write(`${head}content-length: -1\r\n\r\nabc`)],
  [
    'gives a length that is no number',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 5x\r\n\r\nabc`),
  ],
  [
    'gives a length and chunks',
    { cause: 'protocol' },
    socket => socket.write(`${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  ],
  [
    'sends a bad chunk size',
    { cause: 'protocol' },
    socket => socket.write(`${head}transfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n`),
  ],
  [
    'sends NUL in a header',
    { cause: 'protocol' },
    socket => socket.write(`${head}x-a: \0\r\ncontent-length: 0\r\n\r\n`),
  ],
  [
    'ends its lines with LF alone',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 200 OK\ncontent-length: 0\n\n'),
  ],
  [
    'sends 100 KiB of headers',
    { cause: 'protocol' },
    socket => {
      socket.write(`${head}${'x-long: '.concat('a'.repeat(1_000), '\r\n').repeat(100)}\r\n`)
    },
  ],
  [
    'sends one header of 100 KiB',
    { cause: 'protocol' },
    socket => socket.write(`${head}x-long: ${'a'.repeat(102_400)}\r\n\r\n`),
  ],
  [
    'sends 10,000 interim answers',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10_000)),
  ],
  [
    'says continue, which nobody waits for',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  ],
  [
    'says continue, which nobody waits for, before it answers',
    { cause: 'protocol', message: expect.stringContaining('100 Continue') },
    socket => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      respond(socket, 'an answer')
    },
  ],
  [
    'switches protocols',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  ],
  [
    'switches protocols without saying to what',
    { cause: 'protocol' },
    socket => socket.write('HTTP/1.1 101 Switching\r\n\r\n'),
  ],
  ['resets inside its status line', { cause: 'reset' }, resetAfter('HTTP/1.1 2')],
  ['resets inside its head', { cause: 'reset' }, resetAfter(`${head}content-le`)],
  ['resets before its body', { cause: 'reset' }, resetAfter(`${head}content-length: 5\r\n\r\n`)],
  ['resets inside a chunk', { cause: 'reset' }, resetAfter(`${head}transfer-encoding: chunked\r\n\r\n5\r\nab`)],
  ['resets after an interim answer', { cause: 'reset' }, resetAfter('HTTP/1.1 103 Early Hints\r\n\r\n')],
  ['closes after an interim answer', { cause: 'reset' }, socket => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n')],
  [
    'closes between two chunks',
    { cause: 'reset' },
    says(`transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`, 'and closes'),
  ],
  [
    'closes before its last chunk ends',
    { cause: 'reset' },
    says(`transfer-encoding: chunked\r\n\r\n0\r\n`, 'and closes'),
  ],
  [
    'says what it sends only after a blank head',
    { cause: 'protocol' },
    socket => socket.write('\r\n\r\n\r\nHello\r\n\r\n'),
  ],
  ['sends NUL instead of an answer', { cause: 'protocol' }, socket => socket.write('\0'.repeat(1000))],
  ['sends NUL in its status line', { cause: 'protocol' }, socket => socket.write('HTTP/1.1 2\x000 OK\r\n\r\n')],
  ['answers like an SMTP server', { cause: 'protocol' }, socket => socket.write('220 mail.example ESMTP\r\n')],
  ['answers like a TLS server', { cause: 'protocol' }, socket => socket.write(Buffer.from('15030100020246', 'hex'))],
  ['answers in HTTP/2 frames', { cause: 'protocol' }, socket => socket.write(Buffer.from('000000040000000000', 'hex'))],
  ['closes inside the value of a header', { cause: 'reset' }, socket => socket.end(`${head}x-a: 1`)],
  ['names a header with NUL', { cause: 'protocol' }, says('x\x00a: 1\r\ncontent-length: 0\r\n\r\n')],
  ['names a header without a colon', { cause: 'protocol' }, says('x-nothing\r\ncontent-length: 0\r\n\r\n')],
  ['names a header with a space', { cause: 'protocol' }, says('x a: 1\r\ncontent-length: 0\r\n\r\n')],
  ['has a header without a name', { cause: 'protocol' }, says(': 1\r\ncontent-length: 0\r\n\r\n')],
  ['ends a header with CR alone', { cause: 'protocol' }, says('x-a: 1\rcontent-length: 0\r\n\r\n')],
  ['ends a header with LF alone', { cause: 'protocol' }, says('x-a: 1\ncontent-length: 0\r\n\r\n')],
  ['gives an empty length', { cause: 'protocol' }, says('content-length:\r\n\r\nabc')],
  ['gives a length with a plus', { cause: 'protocol' }, says('content-length: +3\r\n\r\nabc')],
  ['gives a length beyond counting', { cause: 'protocol' }, says(`content-length: ${'9'.repeat(40)}\r\n\r\nabc`)],
  ['gives a list of lengths', { cause: 'protocol' }, says('content-length: 3, 3\r\n\r\nabc')],
  ['gives a fraction as its length', { cause: 'protocol' }, says('content-length: 3.0\r\n\r\nabc')],
  ['gives two equal lengths', { cause: 'protocol' }, says('content-length: 3\r\ncontent-length: 3\r\n\r\nabc')],
  [
    'gives chunks and then a length',
    { cause: 'protocol' },
    says('transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n'),
  ],
  [
    'gives a chunk size beyond counting',
    { cause: 'protocol' },
    says(`transfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\nabc`),
  ],
  ['gives a negative chunk size', { cause: 'protocol' }, says('transfer-encoding: chunked\r\n\r\n-1\r\nabc')],
  ['gives no chunk size', { cause: 'protocol' }, says('transfer-encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n')],
  [
    'sends more than a chunk has room for',
    { cause: 'protocol' },
    says('transfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n'),
  ],
]

describe('a receiver that misbehaves', () => {
  // The first answer is the bad one; the same receiver answers "second" to whatever comes next.
  it.each(endings)('%s: one failed attempt, and the next call gets its own answer', async (_, expected, behave) => {
    let turn = 0
    const { receiver, send } = await meeting(
      (socket, request, connection) => {
        if (turn++ === 0) behave(socket, request, connection)
        else respond(socket, 'second')
      },
      { deadlineMs: 250 },
    )

    const outcome = await send(receiver.url)

    expect(outcome).toMatchObject({ is: 'unreachable', ...expected })
    expect(outcome.ms).toBeLessThan(2_000)
    expect(await send(receiver.url)).toMatchObject({ is: 'answered', body: 'second' })
    expect(receiver.requests).toHaveLength(2)
    expect(receiver.connections()).toBe(2)
  })

  it('has at least 60 ways to do so here (delivery R26)', () => {
    expect(endings.length).toBeGreaterThanOrEqual(60)
    expect(new Set(endings.map(([title]) => title)).size).toBe(endings.length)
  })

  it('may answer before it has read the request, and is believed', async () => {
    const early = createPlainServer(socket => {
      socket.on('error', () => {})
      socket.resume()
      respond(socket, 'too large', 'HTTP/1.1 413 Content Too Large\r\nconnection: close')
      socket.end()
    })
    const port = await listening(early)
    const { send } = calling(opening({ port }))

    const outcome = await send(`http://127.0.0.1:${port}/`, { body: 'a'.repeat(200_000) })

    // The connection may break while the rest of the request is still going out: then nothing is known but that.
    if (outcome.is === 'answered') expect(outcome).toMatchObject({ status: 413, body: 'too large' })
    else expect(outcome).toMatchObject({ cause: 'reset', sent: true })
  })

  it('may close its side and answer nothing, or answer and leave its side open', async () => {
    const { receiver, send } = await meeting((socket, request) => {
      if (request.startsWith('POST /half')) socket.end()
      else respond(socket, 'open')
    })

    expect(await send(`${receiver.url}/half`)).toMatchObject({ cause: 'reset' })
    expect(await send(`${receiver.url}/open`)).toMatchObject({ is: 'answered', body: 'open' })
  })

  it.each([
    ['an alert', '15030300020228'],
    ['a handshake that is none', '1603030004ffffffff'],
    ['nothing, and closes', ''],
  ])('may answer the TLS hello with %s', async (_, hex) => {
    const server = createPlainServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(Buffer.from(hex, 'hex')))
    })
    const port = await listening(server)
    const { send } = calling(opening({ port }))

    expect(await send(`https://127.0.0.1:${port}/`)).toMatchObject({ is: 'unreachable', cause: 'tls', sent: false })
  })

  it('cannot answer the next call with bytes that were left over', async () => {
    let turn = 0
    const { receiver, send } = await meeting(socket => {
      respond(socket, turn === 0 ? 'first' : 'second')
      if (turn++ === 0) respond(socket, 'smuggled')
    })

    expect(await send(receiver.url)).toMatchObject({ body: 'first' })
    expect(await send(receiver.url)).toMatchObject({ body: 'second' })
    expect(receiver.connections()).toBe(2)
  })

  it('is read to 64 KiB and then cut off', async () => {
    const limit = 64 * 1024
    const { receiver, send } = await meeting((socket, request) => {
      const size = Number(/^POST \/(\d+)/.exec(request)?.[1])
      respond(socket, 'a'.repeat(size))
    })

    const whole = await send(`${receiver.url}/${limit}`)
    const cut = await send(`${receiver.url}/${limit + 1}`)

    expect(whole).toMatchObject({ is: 'answered', cut: false, body: 'a'.repeat(limit) })
    expect(cut).toMatchObject({ is: 'answered', status: 200, cut: true, body: 'a'.repeat(limit) })
  })

  it('cannot stream for ever', async () => {
    let written = 0
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}\r\n`)
      const block = Buffer.alloc(16_384, 'a')
      const more = () => {
        while (!socket.destroyed && written < 500_000_000) {
          written += block.length
          if (!socket.write(block)) {
            socket.once('drain', more)
            return
          }
        }
      }
      more()
    })

    const outcome = await send(receiver.url)

    expect(outcome).toMatchObject({ is: 'answered', cut: true })
    // Besides the 64 KiB only what the sockets of both sides hold.
    expect(written).toBeLessThan(20_000_000)
    await expect.poll(() => receiver.open(), { timeout: 10_000 }).toBe(0)
  })

  it('is not inflated beyond what is kept', async () => {
    const zipped = gzipSync('a'.repeat(1_000_000))
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${zipped.length}\r\n\r\n`)
      socket.write(zipped)
    })

    expect(await send(receiver.url)).toMatchObject({
      is: 'answered',
      headers: { 'content-encoding': 'gzip' },
      body: '',
      cut: true,
    })
  })

  it('may send bytes that are no text: they are replaced', async () => {
    const { receiver, send } = await meeting(socket => {
      socket.write(`${head}content-length: 6\r\n\r\n`)
      socket.write(Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x00, 0x63]))
    })

    expect(await send(receiver.url)).toMatchObject({ body: 'a\ufffdb\ufffd\ufffdc' })
  })

  it('may answer without a length, in chunks, or with nothing', async () => {
    const { receiver, send } = await meeting((socket, request) => {
      if (request.startsWith('POST /open')) socket.end(`${head}\r\nuntil the end`)
      else if (request.startsWith('POST /chunks'))
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`)
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })

    expect(await send(`${receiver.url}/open`)).toMatchObject({ is: 'answered', body: 'until the end' })
    expect(await send(`${receiver.url}/chunks`)).toMatchObject({ is: 'answered', body: 'abcde' })
    expect(await send(`${receiver.url}/nothing`)).toMatchObject({ is: 'answered', status: 204, body: '' })
  })

  it('may give hints before its answer', async () => {
    const { receiver, send } = await meeting(socket => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
      respond(socket, 'late')
    })

    expect(await send(receiver.url)).toMatchObject({ is: 'answered', status: 200, body: 'late' })
  })

  it('may close its connection after every answer: no call is lost and none is made twice', async () => {
    const { receiver, send } = await meeting(socket => {
      respond(socket, 'bye')
      socket.end()
    })

    for (let i = 0; i < 50; i++) expect(await send(receiver.url)).toMatchObject({ is: 'answered', body: 'bye' })
    expect(receiver.requests).toHaveLength(50)
  })
})

function drip(socket: Parameters<Behaviour>[0], text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text[at++] ?? ''), 50)
  socket.once('close', () => clearInterval(timer))
}
