import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '#server/store/sqlite'
import { forgetLead, moveToLead } from '#shared/store/lead-data'
import { all, sql, type Work } from '#shared/store/work'

/** All tables that name a lead, as the migrations left them. */
async function tablesOfLeads(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-lead-data-'))
  const store = openSqlite(join(folder, 'hookline.db'))
  const rows = await store.read(
    all<{ name: string }>(sql`
      select t.name from sqlite_master t join pragma_table_info(t.name) c
      where t.type = 'table' and c.name = 'lead_id' order by t.name`),
  )
  store.close()
  rmSync(folder, { recursive: true })
  return rows.map(row => row.name)
}

/** The statements that a work yields when every answer is empty. */
function statementsOf(work: Work<void>): string[] {
  const texts: string[] = []
  for (let step = work.next(); step.done !== true; step = work.next([])) texts.push(step.value.text)
  return texts
}

describe('what is stored about a lead', () => {
  it.each([
    ['is deleted with the lead', forgetLead(1, 0)],
    ['goes over to the lead that it is merged into', moveToLead(1, 2, 0)],
  ])('%s, in every table that names leads', async (_, work) => {
    const written = statementsOf(work).join('\n')
    const tables = await tablesOfLeads()

    expect(tables.length).toBeGreaterThan(5)
    expect(tables.filter(table => !new RegExp(`(delete from|update|insert into) ${table}\\b`).test(written))).toEqual(
      [],
    )
  })
})
