import type { Json } from '#shared/json'
import { sayExact } from '../ui'
import styles from './inspector.module.css'

/** A value as it was found: text in quotes, so that `"4"` and `4` can be told apart. */
export function show(value: Json): string {
  return JSON.stringify(value)
}

/** Named values, one a line. Instants (`until`, `freeAt`) are told in the zone. */
export function Seen({ values, zone }: { values: { readonly [name: string]: Json }; zone: string }) {
  return (
    <dl className={styles.seen}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{sayName(name)}</dt>
          <dd>{sayValue(name, value, zone)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** `zoneFrom` -> `Zone from`. */
export function sayName(name: string): string {
  const words = name
    .replaceAll('-', ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function sayValue(name: string, value: Json, zone: string): string {
  if (typeof value === 'number' && /(^until$|At$)/.test(name)) return sayExact(value, zone)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(item => sayValue('', item, zone)).join('\n')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, inner]) => `${sayName(key).toLowerCase()} ${sayValue(key, inner, zone)}`)
      .join(', ')
  return value === null ? 'not known' : String(value)
}
