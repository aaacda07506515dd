import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { matchColumns, toCsvLine, toLead, toValue } from '#server/http/imports/rows'
import { type ImportView, importSchema, importsSchema, type LeadView } from '#shared/api'
import { csvFormat } from '#shared/rules/csv'
import { previewCsv } from '../../../client/leads/import/read-csv'
import { eventually, refusalOf, startTestServer, type TestServer } from './server'

describe('a CSV import', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const csv = { 'content-type': 'text/csv' }
  async function importAll(text: string, query = 'id=id'): Promise<ImportView> {
    const begun = await server.ask('POST', `/leads/import?${query}`, text, csv)
    expect([begun.status, begun.text]).toEqual([202, begun.text])
    return ended(importSchema.parse(begun.json).id)
  }
  const ended = (id: string) =>
    eventually(async () => {
      const view = importSchema.parse((await server.ask('GET', `/leads/import/${id}`)).json)
      expect(view.status).not.toBe('running')
      return view
    })
  const lead = async (id: string) => (await server.ask('GET', `/leads/${id}`)).json as LeadView

  it('of 3,000 rows stores the good ones and hands back the bad ones with a reason each', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => {
      if (i === 10) return ',Nobody,Asia/Seoul'
      if (i === 20) return `row-${i},Yan,Europe/Berln`
      if (i === 1500) return `row-${i},Zed,Mars/Olympus`
      if (i === 2999) return `row-${i},=cmd|calc,Asia/Seoul,one too many`
      return `row-${i},Name ${i},Asia/Seoul`
    })

    const view = await importAll(`id,name,zone\n${rows.join('\n')}\n`, 'id=id&time_zone=zone')

    expect(view).toMatchObject({ status: 'done', rows: 3000, created: 2996, updated: 0, rejected: 4, error: null })
    expect(view.bytesRead).toBe(view.bytesTotal)
    expect(await lead('row-2998')).toMatchObject({ attributes: { name: 'Name 2998' }, zone: 'Asia/Seoul' })
    const rejected = (await server.ask('GET', `/leads/import/${view.id}/rejected`)).text.split('\r\n')
    expect(rejected).toEqual([
      'line,reason,id,name,zone',
      '12,The id is empty.,,Nobody,Asia/Seoul',
      '22,"""Europe/Berln"" is not a time zone. Did you mean Europe/Berlin?",row-20,Yan,Europe/Berln',
      '1502,"""Mars/Olympus"" is not a time zone. Use a name like Europe/Berlin or Asia/Seoul.",row-1500,Zed,Mars/Olympus',
      "3001,It has 4 cells; the first row has 3.,row-2999,'=cmd|calc,Asia/Seoul,one too many",
      '',
    ])
  })

  it('merges into leads that are known, and leaves alone what a cell does not say', async () => {
    await importAll('id,plan,visits\nmerge,pro,7\n')

    const view = await importAll('id,plan,visits\nmerge,,8\n')

    expect(view).toMatchObject({ created: 0, updated: 1 })
    expect((await lead('merge')).attributes).toEqual({ plan: 'pro', visits: 8 })
  })

  it('reads what spreadsheets write: a byte order mark, semicolons, CRLF and quotes', async () => {
    const text = '\ufeff"Customer id";"First name"\r\n"s-1";"Zoë ""Z""; of Köln"\r\n\r\n'

    await importAll(
      text,
      `id=${encodeURIComponent('Customer id')}&columns=${encodeURIComponent('First name:first_name')}`,
    )

    expect((await lead('s-1')).attributes).toEqual({ first_name: 'Zoë "Z"; of Köln' })
  })

  // Names of columns, rows, and how many leads come of them.
  const mixed: readonly (readonly [what: string, text: string])[] = [
    ['a header in CRLF over rows in LF', 'id,x\r\nm1,1\nm2,2\n'],
    ['a header in LF over rows in CRLF', 'id,x\nm1,1\r\nm2,2\r\n'],
    ['CR alone', 'id,x\rm1,1\rm2,2'],
    ['all three', 'id,x\r\nm1,1\rm2,2\n'],
    ['a first line that names the delimiter', 'sep=;\r\nid;x\nm1;1\nm2;2'],
    ['that line behind a byte order mark', '\ufeffsep=|\nid|x\nm1|1\nm2|2'],
    ['bars between the cells', 'id|x\nm1|1\nm2|2'],
    ['line ends in quotes', 'id,"x"\n"m1","1"\r\n"m2","2"\n'],
  ]
  it.each(mixed)('reads %s, and the preview shows the same', async (_, text) => {
    const view = await importAll(text)
    const preview = await previewCsv(text, { isWhole: true })

    expect(view).toMatchObject({ status: 'done', rows: 2, rejected: 0, error: null })
    expect((await lead('m2')).attributes).toMatchObject({ x: 2 })
    expect(preview).toEqual({
      header: ['id', 'x'],
      rows: [
        ['m1', '1'],
        ['m2', '2'],
      ],
      fault: null,
    })
  })

  it('names the line of a rejected row behind a first line with the delimiter', async () => {
    const view = await importAll('sep=;\nid;x\n;1\n')

    expect((await server.ask('GET', `/leads/import/${view.id}/rejected`)).text).toContain('3,The id is empty.')
  })

  it('gives a column one type: a zip code that begins with a zero makes all of them text', async () => {
    await importAll('id,zip,n,yes,odd\nt1,10115,1,true,true\nt2,01067,2.5,false,1\nt3,,,,\n')

    expect((await lead('t1')).attributes).toEqual({ zip: '10115', n: 1, yes: true, odd: 'true' })
    expect((await lead('t2')).attributes).toEqual({ zip: '01067', n: 2.5, yes: false, odd: '1' })
  })

  it('and the API refuse ids with line breaks and controls', async () => {
    const view = await importAll('id,x\n"a\nb",1\n"c\td",2\n"e\u2028f",3\nok,4\n')
    const event = { id: 'e', lead: 'a\nb', name: 'x' }

    expect(view).toMatchObject({ created: 1, rejected: 3 })
    expect((await server.ask('PUT', '/leads/a%0Ab', {})).status).toBe(400)
    expect(refusalOf(await server.ask('POST', '/events', event)).problems[0]?.message).toContain('no line breaks')
  })

  it('keeps the rows before a quote that is never closed, and says what happened', async () => {
    const view = await importAll('id,name\nok-1,Fine\nbad,"never closed\nok-2,Lost\n')

    expect(view.status).toBe('failed')
    expect(view.error).toContain('A quote is not closed')
    expect((await lead('ok-1')).attributes).toEqual({ name: 'Fine' })
  })

  it('can be cancelled; what was stored stays', async () => {
    const text = `id\n${Array.from({ length: 200_000 }, (_, i) => `cancel-${i}`).join('\n')}\n`
    const { id } = importSchema.parse((await server.ask('POST', '/leads/import?id=id', text, csv)).json)

    const view = importSchema.parse((await server.ask('DELETE', `/leads/import/${id}`)).json)

    expect(view.status).toBe('cancelled')
    expect(view.rows).toBeLessThan(200_000)
    expect(((await server.ask('GET', '/leads?search=cancel-&limit=1')).json as { total: number }).total).toBe(
      view.created,
    )
  })

  it('lets others have a turn between its batches', async () => {
    const text = `id\n${Array.from({ length: 30_000 }, (_, i) => `busy-${i}`).join('\n')}\n`
    const { id } = importSchema.parse((await server.ask('POST', '/leads/import?id=id', text, csv)).json)

    const answer = await server.ask('GET', `/leads/import/${id}`)

    expect((answer.json as ImportView).status).toBe('running')
    expect((await ended(id)).created).toBe(30_000)
  })

  it('refuses a spreadsheet that only calls itself CSV, and keeps no file of it', async () => {
    const answer = await server.ask('POST', '/leads/import?id=id', 'PK\u0003\u0004\0\0', csv)

    expect(refusalOf(answer).detail).toContain('not UTF-8 text')
    const folder = join(server.dataDir, 'imports')
    expect(existsSync(folder) && readdirSync(folder).filter(name => !name.includes('rejected'))).toEqual([])
  })
})

describe('found G6: imports over the lives of a server', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'hookline-imports-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  const csv = { 'content-type': 'text/csv' }
  const begin = async (server: TestServer, text: string, query = 'id=id') =>
    importSchema.parse((await server.ask('POST', `/leads/import?${query}`, text, csv)).json)
  const listed = async (server: TestServer) => importsSchema.parse((await server.ask('GET', '/imports')).json).imports
  const over = (server: TestServer) =>
    eventually(async () => {
      const imports = await listed(server)
      expect(imports.filter(({ status }) => status === 'running')).toEqual([])
      return imports
    })
  const many = `id\n${Array.from({ length: 50_000 }, (_, i) => `lead-${i}`).join('\n')}\n`

  it('are listed, the newest first, with what they came to, also after a restart', async () => {
    const first = await startTestServer({}, dataDir)
    const list = (await first.ask('POST', '/lists', { name: 'VIP' })).json as { id: string }
    const one = await begin(first, 'id\nada\n,\n', 'id=id&name=one.csv')
    await over(first)
    const two = await begin(first, 'id\nbob\n', `id=id&name=two.csv&list=${list.id}`)
    await over(first)
    await first.close()

    const second = await startTestServer({}, dataDir)
    const imports = await listed(second)
    const rejected = await second.ask('GET', `/leads/import/${one.id}/rejected`)
    await second.close()

    expect(imports).toMatchObject([
      { id: two.id, name: 'two.csv', list: list.id, status: 'done', created: 1, rejected: 0 },
      { id: one.id, name: 'one.csv', list: null, status: 'done', created: 1, rejected: 1 },
    ])
    for (const { begunAt, endedAt } of imports) expect(endedAt).toBeGreaterThanOrEqual(begunAt)
    expect(rejected.text).toBe('line,reason,id\r\n3,It has 2 cells; the first row has 1.,,\r\n')
  })

  it('go on when a server starts again, and say so when their file is gone', async () => {
    const first = await startTestServer({}, dataDir)
    const [lost, left] = [await begin(first, many), await begin(first, many, 'id=id&name=left.csv')]
    await first.close()
    const before = readdirSync(join(dataDir, 'imports')).filter(name => !name.includes('rejected'))
    rmSync(join(dataDir, 'imports', `${lost.id}.csv`))
    writeFileSync(join(dataDir, 'imports', 'broken-off.csv'), 'id\n')

    const second = await startTestServer({}, dataDir)
    const imports = await over(second)
    await second.close()

    expect(before.sort()).toEqual([`${lost.id}.csv`, `${left.id}.csv`].sort())
    expect(imports.find(({ id }) => id === left.id)).toMatchObject({ status: 'done', rows: 50_000, error: null })
    expect(imports.find(({ id }) => id === lost.id)).toMatchObject({
      status: 'failed',
      error: 'The file is gone: it was not there when the server started again. The rows before were stored.',
    })
    expect(readdirSync(join(dataDir, 'imports')).filter(name => !name.includes('rejected'))).toEqual([])
  }, 60_000)

  it('are forgotten when fifty newer ones have come, with their rejected rows', async () => {
    const server = await startTestServer({}, dataDir)
    const first = await begin(server, 'id\n,\n')
    await over(server)
    for (let n = 0; n < 50; n++) {
      await begin(server, `id\nlead-${n}\n`)
      await over(server)
    }

    await eventually(async () => {
      expect((await server.ask('GET', `/leads/import/${first.id}`)).status).toBe(404)
      expect(readdirSync(join(dataDir, 'imports')).filter(name => name.startsWith(first.id))).toEqual([])
    })
    expect((await listed(server)).length).toBe(50)
    await server.close()
  }, 60_000)
})

describe('a cell', () => {
  const cases: readonly [string, unknown][] = [
    ['12', 12],
    ['-0.5', -0.5],
    ['0', 0],
    ['true', true],
    ['false', false],
    ['007', '007'],
    ['1.50', '1.50'],
    ['1e5', '1e5'],
    ['-0', '-0'],
    ['+4930', '+4930'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740993', '9007199254740993'],
    ['0x10', '0x10'],
    ['Infinity', 'Infinity'],
    ['NaN', 'NaN'],
    ['TRUE', 'TRUE'],
    ['null', 'null'],
  ]
  it.each(cases)('%s becomes %o', (cell, value) => expect(toValue(cell)).toBe(value))
})

describe('the first row', () => {
  it('tells the delimiter, but not by what stands in quotes', () => {
    expect(csvFormat('a,b,c\n1;2;3;4;5').delimiter).toBe(',')
    expect(csvFormat('"a,b,c,d";e;f').delimiter).toBe(';')
    expect(csvFormat('a\tb').delimiter).toBe('\t')
    expect(csvFormat('id').delimiter).toBe(',')
  })

  it('finds columns whose names hold commas and colons', () => {
    const matched = matchColumns(['id', 'Total, net', 'a:b'], { id: 'id', columns: 'Total, net:total,a:b:ratio' })

    expect(matched).toEqual({
      is: 'matched',
      columns: {
        id: 0,
        zone: null,
        attributes: [
          { column: 1, name: 'total' },
          { column: 2, name: 'ratio' },
        ],
      },
    })
  })

  it.each([
    [['id', 'id'], { id: 'id' }, 'Two columns are called "id"'],
    [['id', 'First name'], { id: 'id' }, '"First name" cannot be the name of an attribute'],
    [['id'], { id: 'id', time_zone: 'tz' }, 'no column "tz"'],
    [['id', 'a'], { id: 'id', columns: 'b:b' }, 'not a list of column:attribute pairs'],
  ])('%j is refused for %j', (header, wanted, message) => {
    expect(matchColumns(header, wanted)).toMatchObject({ is: 'mistake', message: expect.stringContaining(message) })
  })
})

describe('a row', () => {
  const columns = { id: 0, zone: null, attributes: [{ column: 1, name: 'name' }] }

  it.each([
    [['a\0', 'x'], 'Cell 1 holds characters'],
    [['a', 'Z\ufffd'], 'Cell 2 holds characters'],
    [['a'.repeat(201), 'x'], 'longer than 200'],
    [['a', 'x'.repeat(10_001)], 'Cell 2 is longer than 10,000'],
    [['a'], 'It has 1 cells'],
  ])('%# is rejected with its reason', (cells, reason) => {
    expect(toLead(cells, columns, 2)).toMatchObject({ is: 'rejected', reason: expect.stringContaining(reason) })
  })
})

describe('a line of rejected rows', () => {
  it('is no formula in a spreadsheet', () => {
    const line = toCsvLine(['=1+1', '+49', '-5', '-x', '@a', '\tb', 'a"b', 'c,d', 'e\nf'])

    expect(line).toBe(`'=1+1,'+49,-5,'-x,'@a,'\tb,"a""b","c,d","e\nf"\r\n`)
  })

  it.each(['＝1+1', '＋1', '－1+1', '＠x', '﹦1', '﹣1', '\u200b=1', '\u202e=1', '\ufeff=1', '\0=1', '\r=1'])(
    'is none in one that reads full-width, small or hidden signs: %j',
    cell => {
      expect(toCsvLine([cell])).toMatch(/^"?'/)
    },
  )
})
