import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/**
 * The outside judge of zone rules: the IANA database as moment-timezone packs it, read by the description of its format (momentjs.com/timezone/docs).
 * None of the product's code, and none of ICU's data, takes part.
 */
const path = createRequire(import.meta.url).resolve('moment-timezone/data/packed/latest.json')
const { version, zones, links } = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly version: string
  readonly zones: readonly string[]
  readonly links: readonly string[]
}

/** `2026f` */
export const dataVersion = version

interface Unpacked {
  readonly untils: readonly number[]
  /** Minutes before UTC, of each stretch. */
  readonly offsets: readonly number[]
}

const packed = new Map(zones.map(line => [line.split('|')[0] ?? '', line]))
for (const link of links) {
  const [from = '', name = ''] = link.split('|')
  packed.set(name, packed.get(from) ?? '')
}
const unpacked = new Map<string, Unpacked>()

export const dataZones: readonly string[] = [...packed.keys()]

/** Minutes that the clock of a zone is before UTC. */
export function offsetBy2026(zone: string, at: number): number {
  const { untils, offsets } = unpacked.get(zone) ?? unpack(zone)
  const stretch = untils.findIndex(until => at < until)
  return offsets.at(stretch) ?? Number.NaN
}

function unpack(zone: string): Unpacked {
  const [, , offsets = '', indices = '', diffs = ''] = (packed.get(zone) ?? '').split('|')
  const each = offsets.split(' ').map(fromBase60)
  let until = 0
  const found = {
    untils: diffs.split(' ').flatMap(diff => {
      if (diff === '') return []
      until += Math.round(fromBase60(diff) * 60_000)
      return [until]
    }),
    offsets: [...indices].map(digit => 0 - Math.round(each[fromBase60(digit)] ?? Number.NaN)),
  }
  unpacked.set(zone, found)
  return found
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX'

function fromBase60(text: string): number {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const digit = (letter: string) => digits.indexOf(letter)
  const wholes = [...whole].reduce((sum, letter) => sum * 60 + digit(letter), 0)
  const parts = [...fraction].reduce((sum, letter, i) => sum + digit(letter) / 60 ** (i + 1), 0)
  return (text.startsWith('-') ? -1 : 1) * (wholes + parts)
}
