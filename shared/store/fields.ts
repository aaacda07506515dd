import { fieldTypeSchema } from '../rules/field-types'
import { type Fields, fieldsOf, type LeadField } from '../rules/fields'
import { all, one, run, sql, type Work } from './work'

/** Fields that somebody made, by name. */
export function* storedFields(): Work<readonly LeadField[]> {
  const rows = yield* all<Record<keyof LeadField, string>>(
    sql`select name, type, label, description from fields order by name`,
  )
  return rows.map(row => ({ ...row, type: fieldTypeSchema.parse(row.type) }))
}

export function* putField({ name, type, label, description }: LeadField, now: number): Work<void> {
  yield* run(sql`
    insert into fields (name, type, label, description, created_at)
    values (${name}, ${type}, ${label}, ${description}, ${now})
    on conflict (name) do update set type = excluded.type, label = excluded.label, description = excluded.description`)
}

/** Attributes of this name stay on their leads, without a field. Returns whether there was such a field. */
export function* deleteField(name: string): Work<boolean> {
  return (yield* one(sql`delete from fields where name = ${name} returning name`)) !== undefined
}

/** Are attributes without a field refused? */
export function* onlyKnownFields(): Work<boolean> {
  return (yield* one<{ value: string }>(sql`select value from meta where key = 'only-known-fields'`))?.value === '1'
}

export function* setOnlyKnownFields(onlyKnown: boolean): Work<void> {
  yield* run(sql`
    insert into meta (key, value) values ('only-known-fields', ${onlyKnown ? '1' : '0'})
    on conflict (key) do update set value = excluded.value`)
}

/** What decisions need to know of the fields. The campaign registry keeps it in memory. */
export function* loadFields(): Work<Fields> {
  return fieldsOf(yield* storedFields(), yield* onlyKnownFields())
}
