import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readBody } from '#server/webhook/body'
import { charsetOf } from '#shared/values/charset'
import { meeting } from './meeting'

const limit = 65_536
const read = (bytes: Buffer, type = '', coding?: string) =>
  readBody(
    bytes,
    { 'content-type': type, ...(coding !== undefined && { 'content-encoding': coding }) },
    { limit, cut: false },
  )

describe('the text of an answer', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1')
  const little = (text: string) => Buffer.from(text, 'utf16le')
  const big = (text: string) => Buffer.from(text, 'utf16le').swap16()

  it.each([
    ['by its content type', latin('{"r":"Região"}'), 'application/json; charset=ISO-8859-1', '{"r":"Região"}'],
    ['in quotes', latin('Região'), 'text/plain;charset="iso-8859-1"; x=y', 'Região'],
    ['as Windows writes it', Buffer.from([0x80, 0xfc]), 'text/plain; charset=windows-1252', '€ü'],
    ['as Japan writes it', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), 'text/plain; charset=Shift_JIS', '日本'],
    [
      'by its declaration',
      latin("<?xml version='1.0' encoding='iso-8859-1'?><r>Região</r>"),
      'text/xml',
      "<?xml version='1.0' encoding='iso-8859-1'?><r>Região</r>",
    ],
    ['by its byte order mark', Buffer.from('\ufeff{"r":"ü"}'), 'application/json', '{"r":"ü"}'],
    ['by a mark of UTF-16', little('\ufeffü'), '', 'ü'],
    ['by a mark of UTF-16, the other way round', big('\ufeffü'), 'text/plain; charset=UTF-16', 'ü'],
    ['as UTF-8 else', Buffer.from('ü'), 'application/json', 'ü'],
  ])('is read %s', (_, bytes, type, text) => {
    expect(read(bytes, type)).toEqual({ body: text, cut: false })
  })

  it('goes by the content type before the declaration', () => {
    expect(charsetOf('text/xml; charset=utf-8', Buffer.from('<?xml encoding="latin1"?>'))).toBe('utf-8')
  })

  it('of an unknown charset is not read', () => {
    expect(read(Buffer.from('x'), 'text/plain; charset=klingon')).toMatchObject({
      unread: 'its charset "klingon" is not known',
    })
  })
})

describe('a packed answer', () => {
  const text = '{"id":"ü"}'
  const packed: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['gzip, br', bytes => brotliCompressSync(gzipSync(bytes))],
  ]

  it.each(packed)('as %s is unpacked', (coding, pack) => {
    expect(read(pack(Buffer.from(text)), 'application/json', coding)).toEqual({ body: text, cut: false })
  })

  it.each(packed)('as %s is not unpacked beyond the limit', (coding, pack) => {
    expect(read(pack(Buffer.alloc(10_000_000, 'a')), '', coding)).toEqual({ body: '', cut: true })
  })

  it('that is broken, or packed in a way of its own, says so', () => {
    expect(read(Buffer.from('plain'), '', 'gzip').unread).toContain('cannot be unpacked')
    expect(read(Buffer.from('plain'), '', 'br').unread).toContain('cannot be unpacked')
    expect(read(Buffer.from('x'), '', 'zstd').unread).toContain('"zstd"')
  })
})

describe('a 204', () => {
  it.each([
    ['with a length', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello'],
    ['without one', 'HTTP/1.1 204 No Content\r\n\r\nhello'],
    ['in chunks', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ])('with a body, %s, is received', async (_, answer) => {
    const { receiver, send } = await meeting(socket => socket.write(answer))

    expect(await send(receiver.url)).toMatchObject({ is: 'answered', status: 204 })
  })
})

describe('an answer on its way', () => {
  it('is decoded and unpacked', async () => {
    const bytes = gzipSync(Buffer.from('Região', 'latin1'))
    const { receiver, send } = await meeting(socket => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=latin1\r\ncontent-encoding: gzip\r\ncontent-length: ${bytes.length}\r\n\r\n`,
      )
      socket.write(bytes)
    })

    expect(await send(receiver.url)).toMatchObject({ is: 'answered', status: 200, body: 'Região', cut: false })
  })
})
