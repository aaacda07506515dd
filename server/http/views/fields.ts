import type { FieldsView } from '#shared/api/fields'
import { builtInFields } from '#shared/rules/fields'
import { onlyKnownFields, storedFields } from '#shared/store/fields'
import type { Work } from '#shared/store/work'

export function* allFields(): Work<FieldsView> {
  const stored = yield* storedFields()
  const names = new Set(stored.map(f => f.name))
  const isBuiltIn = (name: string) => builtInFields.some(f => f.name === name)
  const fields = [
    ...builtInFields.filter(f => !names.has(f.name)).map(f => ({ ...f, builtIn: true, stored: false })),
    ...stored.map(f => ({ ...f, builtIn: isBuiltIn(f.name), stored: true })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { fields, onlyKnown: yield* onlyKnownFields() }
}
