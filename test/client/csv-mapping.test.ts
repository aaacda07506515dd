import { describe, expect, it } from 'vitest'
import { columnFault, guessColumns, retarget, toMapping } from '../../client/leads/import/mapping'
import { PREVIEW_BYTES, previewCsv, previewFile, readRecords } from '../../client/leads/import/read-csv'

const targets = (header: readonly string[]) => guessColumns(header).map(({ target }) => target)
const attributes = (header: readonly string[]) => guessColumns(header).map(({ attribute }) => attribute)

describe('the first guess at what the columns of a file mean', () => {
  it.each([
    [['Email', 'id', 'Country'], 1],
    [['id', 'External ID'], 1],
    [['name', 'User-Id'], 1],
    [['customer_id', 'lead_id'], 1],
    [['name', 'city'], 0],
    [['', 'city'], 1],
  ])('takes the best known name for the id, else the first column that has one: %j', (header, at) => {
    expect(targets(header).indexOf('id')).toBe(at)
    expect(targets(header).filter(target => target === 'id')).toHaveLength(1)
  })

  it('finds the time zone, and skips a column without a name', () => {
    expect(targets(['id', 'Time Zone', '', 'city'])).toEqual(['id', 'zone', 'skip', 'attribute'])
    expect(targets(['tz', 'zone', 'id'])).toEqual(['zone', 'attribute', 'id'])
  })

  it('does not take one column for both', () => {
    expect(targets(['zone'])).toEqual(['id'])
    expect(targets(['tz', 'zone'])).toEqual(['id', 'zone'])
  })

  it('makes names that every template can reach', () => {
    expect(attributes(['First Name', ' E-Mail ', 'Email address', '2nd line', 'Größe (cm)', '%'])).toEqual([
      'first_name',
      'email',
      'email',
      '_2nd_line',
      'gr_e_cm',
      '',
    ])
    expect(attributes(['x'.repeat(150)])[0]).toHaveLength(100)
    expect(attributes(['1'.repeat(150)])[0]).toHaveLength(100)
  })

  it('has nothing to say of a file without columns', () => {
    expect(guessColumns([])).toEqual([])
    expect(toMapping([], null)).toBeUndefined()
  })
})

describe('a column that is given another meaning', () => {
  it('takes the id from the column that was it, which becomes an attribute', () => {
    const columns = retarget(guessColumns(['id', 'email', 'city']), 1, 'id')

    expect(columns.map(({ target }) => target)).toEqual(['attribute', 'id', 'attribute'])
  })

  it('takes the time zone the same way, and leaves the id alone', () => {
    const columns = retarget(guessColumns(['id', 'tz', 'zone']), 2, 'zone')

    expect(columns.map(({ target }) => target)).toEqual(['id', 'attribute', 'zone'])
  })

  it('may be skipped beside others, and keeps its name', () => {
    const before = guessColumns(['id', '', 'email'])

    expect(retarget(before, 2, 'skip')).toEqual([before[0], before[1], { ...before[2], target: 'skip' }])
  })

  it.each([
    ['', 'Name this attribute.'],
    ['first name', 'Letters, digits and underscores; no digit first.'],
    ['id', undefined],
  ])('cannot fill an attribute called "%s": %s', (attribute, says) => {
    expect(columnFault([{ column: 'x', target: 'attribute', attribute }], 0)).toBe(says)
  })

  it('is told when another one fills its attribute: the second of the two, and only while both are imported', () => {
    const columns = guessColumns(['id', 'E-mail', 'Email address'])

    expect([0, 1, 2].map(i => columnFault(columns, i))).toEqual([
      undefined,
      undefined,
      'Another column fills this attribute.',
    ])
    expect(columnFault(retarget(columns, 1, 'skip'), 2)).toBeUndefined()
    expect(columnFault(columns, 9)).toBeUndefined()
  })
})

describe('the mapping that is sent', () => {
  it('names the columns by what the file calls them', () => {
    expect(toMapping(guessColumns(['Lead Id', 'TZ', 'City', '']), 'vip')).toEqual({
      id: 'Lead Id',
      timeZone: 'TZ',
      list: 'vip',
      columns: [{ column: 'City', target: 'attribute', attribute: 'city' }],
    })
  })

  it('is not there while no column is the id, or one is faulty', () => {
    const columns = guessColumns(['id', 'city'])

    expect(toMapping(retarget(columns, 0, 'attribute'), null)).toBeUndefined()
    expect(toMapping(guessColumns(['id', 'e-mail', 'email']), null)).toBeUndefined()
    expect(toMapping(columns, null)).toMatchObject({ id: 'id', timeZone: null, list: null })
  })
})

describe('the preview of a CSV file', () => {
  const whole = { isWhole: true }

  it('shows the header and five rows, trimmed names and cells as they are', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `${i}, x`)

    expect(await previewCsv([' id , name', ...lines].join('\n'), whole)).toEqual({
      header: ['id', 'name'],
      rows: [0, 1, 2, 3, 4].map(i => [`${i}`, ' x']),
      fault: null,
    })
  })

  it.each([
    ['', 'The file is empty.'],
    ['id,name\n', 'The file has a header but no rows.'],
    ['id,x,x\n1,2,3', 'Two columns are called "x". Rename one of them in the file and choose it again.'],
    ['id,,\n1,2,3', null],
    ['id,"name\n1,2', 'A quote is not closed. Close it in the file and choose it again.'],
    ['PK\u0003\0', 'This is not a CSV file, or not in UTF-8. Save it as "CSV UTF-8" and choose it again.'],
  ])('of %j says: %s', async (text, fault) => {
    expect((await previewCsv(text, whole)).fault).toBe(fault)
  })

  it('leaves out the last row of a text that was cut off, and says nothing of its open quote', async () => {
    expect(await previewCsv('id,x\n1,one\n2,tw', { isWhole: false })).toMatchObject({
      rows: [['1', 'one']],
      fault: null,
    })
    expect(await previewCsv('id,x\n1,one\n2,"tw', { isWhole: false })).toMatchObject({
      rows: [['1', 'one']],
      fault: null,
    })
  })

  it('finds no fault in a first row that is longer than what it reads', async () => {
    const long = `id,x\n1,"${'x'.repeat(PREVIEW_BYTES)}`

    expect(await previewFile(new Blob([long, '"\n']))).toEqual({ header: ['id', 'x'], rows: [], fault: null })
  })

  it('reads no more of a large file than it shows', async () => {
    const row = `2,${'x'.repeat(PREVIEW_BYTES)}\n`
    const { header, rows, fault } = await previewFile(new Blob(['id,x\n1,one\n', row, '3,three\n']))

    expect({ header, rows, fault }).toEqual({ header: ['id', 'x'], rows: [['1', 'one']], fault: null })
  })

  it('reads all records where they are wanted, and refuses a quote that is not closed', async () => {
    expect(await readRecords('a;b\n"x\ny";"say ""hi"""')).toEqual([
      ['a', 'b'],
      ['x\ny', 'say "hi"'],
    ])
    await expect(readRecords('a\n"b')).rejects.toThrow('A quote is not closed.')
  })
})
