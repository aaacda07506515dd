import type { Chance } from '#shared/time/clock'

/** `Welcome, Zoë!` -> `welcome-zoe-3fa9`: readable in an address, and free. */
export function newId(name: string, chance: Chance, other = 'campaign'): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return `${slug || other}-${chance.hex(2)}`
}
