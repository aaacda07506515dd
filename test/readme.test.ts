import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { routes } from '#shared/routes'
import { chosenSets } from './bench/sets'

/** What the README tells in the first hour is there. */

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

describe('the README', () => {
  it('is read within an hour', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(150)
  })

  it.each(commandsIn(readme))('tells of a command that is there: %s %s', (command, flags) => {
    const script = command === 'ci' ? 'npm itself' : scripts[command]

    expect(script, command).toBeDefined()
    for (const flag of flags) expect(sourceOf(script ?? ''), flag).toContain(flag)
  })

  it('tells of places that are there', () => {
    const paths = pathsIn(readme)

    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter(path => !isThere(path))).toEqual([])
  })

  it('has nothing on its map that is not in the house', () => {
    const places = placesOnMap(readme)

    expect(places.length).toBeGreaterThan(30)
    expect(places.filter(([, candidates]) => !candidates.some(isThere)).map(([name]) => name)).toEqual([])
  })

  it('tells of variables that are read', () => {
    const config = readFileSync(join(root, 'server/config.ts'), 'utf8')
    const names = variablesIn(readme)

    expect(names.length).toBeGreaterThan(5)
    expect(names.filter(name => !new RegExp(`\\b${name}\\b`).test(config))).toEqual([])
  })

  it.each(callsIn(readme))('tells of a call of the API that is answered: %s %s', (method, path) => {
    const answered = routes.some(route => route.method === method.toLowerCase() && fits(route.path, path))

    expect(answered, `${method} ${path}`).toBe(true)
  })

  it('tells of work sets of the bench', () => {
    const sets = [...readme.matchAll(/--only ([\w-]+)/g)].map(([, set = '']) => chosenSets(set)?.length)

    expect(sets).toEqual([1, 1, 1])
  })
})

function isThere(path: string): boolean {
  return existsSync(join(root, path))
}

/** `npm test`, `npm run sim -- --seed 1`, in code or in a block, with the flags told beside it in a line of the table. */
function commandsIn(text: string): [command: string, flags: readonly string[]][] {
  return text.split('\n').flatMap(line =>
    [...line.matchAll(/npm (?:run )?([a-z][\w:]*)/g)].map(([, command = '']): [string, string[]] => {
      const isOnly = [...line.matchAll(/npm /g)].length === 1
      return [command, isOnly ? [...line.matchAll(/(?<=[ `])--([a-z]+)/g)].map(([, flag = '']) => flag) : []]
    }),
  )
}

/** The entry that a script runs. */
function sourceOf(script: string): string {
  const entry = script.split(' ').findLast(word => /\.(ts|mjs)$/.test(word)) ?? ''
  return readFileSync(join(root, entry), 'utf8')
}

/** Files and folders in code, and what links and pictures lead to. */
function pathsIn(text: string): string[] {
  const code = [...text.matchAll(/`((?:shared|server|client|test)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  const links = [...text.matchAll(/\]\((\.[^)]+)\)/g)].map(([, path = '']) => path)
  return [...new Set([...code, ...links])]
}

/** What the map names, and where in the house it may lie: beside what stands first in its line, in it, or in its room. */
function placesOnMap(text: string): [name: string, candidates: readonly string[]][] {
  const map = text.split('## The map')[1]?.split('```')[1] ?? ''
  let [room, folder] = ['', '']
  return map.split('\n').flatMap(line => {
    const [, indent = '', first = ''] = /^( *)([\w.-]+\/?)/.exec(line) ?? []
    if (indent === '' && first !== '') [room, folder] = [first, '']
    else if (indent === '  ') folder = first
    const named = [...line.matchAll(/[\w.-]+(?:\/|\.ts)(?=[ ,;:]|$)/g)].map(([name]) => name)
    return named.map((name): [string, string[]] => {
      const beside = [name, `${room}${name}`, `${room}${folder.replace(/\.ts$/, '/')}${name}`]
      return [`${room}${folder}: ${name}`, beside]
    })
  })
}

function variablesIn(text: string): string[] {
  const table = text.split('| variable |')[1]?.split('\n\n')[0] ?? ''
  return [...table.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
    names.split(', ').map(name => name.replaceAll('`', '')),
  )
}

function callsIn(text: string): [method: string, path: string][] {
  return [...text.matchAll(/-X (\w+) +\S+\/api\/v1(\S+)/g)].map(([, method = '', path = '']) => [method, path])
}

function fits(route: string, path: string): boolean {
  const [wanted, found] = [route.split('/'), path.split('/')]
  return wanted.length === found.length && wanted.every((part, i) => /^[:{]/.test(part) || part === found[i])
}
