import type { Chance } from '../clock'

/** `Welcome, Zoë!` -> `welcome-zoe-3fa9`: readable in an address; the caller looks whether it is free. */
export function newId(name: string, otherwise: string, chance: Chance): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return `${slug || otherwise}-${chance.hex(2)}`
}
