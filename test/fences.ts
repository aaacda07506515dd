import { posix } from 'node:path'
import { parseSync } from 'vite'

// The fences between the rooms (design, section 4) that no compiler keeps. Pure: sources in, breaches out, so that each rule can be
// shown to fail on a few lines of text. `architecture.test.ts` feeds it the repository.

/** A file of ours: its path from the root, with forward slashes, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** A rule: its name is a sentence, `breaches` says file, line and what to do for each place that breaks it. */
export interface Fence {
  readonly rule: string
  readonly breaches: (house: House) => string[]
}

/** The TypeScript files of client, server and shared, read once for all rules. */
export interface House {
  readonly files: ReadonlyMap<string, File>
}

interface File extends Source {
  readonly room: string
  readonly imports: readonly Import[]
  /** Dotted names of values that the file uses: `Date.now`, `env.clock.now`, `setTimeout`. */
  readonly uses: readonly Named[]
  /** Keys of object literals. */
  readonly keys: readonly Named[]
  /** Names in the array literals of top-level constants, by the constant's name. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  readonly errors: readonly string[]
}

interface Named {
  readonly name: string
  readonly line: number
}

interface Import {
  /** A path of ours (`shared/json.ts`), or a package (`undici`, `node:fs`). */
  readonly target: string
  readonly ours: boolean
  /** Gone after compilation, so it makes no layer. */
  readonly typeOnly: boolean
  readonly names: readonly Named[]
  readonly line: number
}

// ---------------------------------------------------------------- the rules

const rooms = ['shared', 'server', 'client']
const mayEnter: { readonly [room: string]: readonly string[] } = {
  shared: ['shared'],
  server: ['server', 'shared'],
  client: ['client', 'shared'],
}

/** Lower may not import higher at run time. The part of a file is its folder in the room, or its own name when it lies at the top. */
const layers: { readonly [room: string]: readonly (readonly string[])[] } = {
  shared: [
    ['values', 'time', 'effects', 'problems', 'json', 'json-mend', 'world', 'journal', 'call'],
    ['rules'],
    ['render'],
    ['steps'],
    ['graph'],
    ['journey'],
    ['explain'],
    ['subscriptions'],
    ['api'],
    ['store'],
    ['engine'],
    ['simulate'],
    ['routes', 'screens'],
  ],
  server: [
    ['clock', 'config', 'signals', 'waits', 'parts'],
    ['store'],
    ['vault'],
    ['http', 'access'],
    ['stop', 'serve'],
    ['main'],
  ],
}

/** Packages with one door each: the file or folder that may import them, and where everybody else goes. */
const doors: readonly { readonly name: string; readonly door: string; readonly instead: string }[] = [
  { name: 'undici', door: 'server/webhook/call.ts', instead: 'Hand the call to Env.call (law 7)' },
  { name: 'better-sqlite3', door: 'server/store/driver.ts', instead: 'Write a Work and give it to store.transact' },
  {
    name: 'better-sqlite3-napi',
    door: 'server/store/driver.ts',
    instead: 'Write a Work and give it to store.transact',
  },
  {
    name: 'sql.js',
    door: 'client/simulate/',
    instead: 'Write a Work and give it to the store that client/simulate opens',
  },
  { name: 'xstate', door: 'shared/journey/', instead: 'Call start and advance of shared/journey' },
  { name: 'liquidjs', door: 'shared/render/', instead: 'Call shared/render' },
]

const clockFiles = ['server/clock.ts', 'server/main.ts', 'server/webhook/', 'client/']
const chanceFiles = ['server/clock.ts', 'server/main.ts']
const clockNames = ['Date', 'Temporal.Now', 'performance', 'process.hrtime', 'setTimeout', 'setInterval', 'Math.random']
/** These two compute with what they are given and read no clock. */
const timeless = ['Date.UTC', 'Date.parse']
const clockModules = [
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'timers',
  'timers/promises',
  'perf_hooks',
]
const chance = /^(random(UUID|Bytes|Int|Fill|FillSync)|getRandomValues|webcrypto|uuidv\d)$/

const contractsOfTypes = ['shared/world.ts', 'shared/journal.ts', 'shared/effects.ts', 'shared/call.ts']
/** Folders in which a kind is one file, or one folder, and its name in a list of index.ts. `others`: files in them that are no kind. */
const registries: readonly Registry[] = [
  { folder: 'shared/steps', lists: ['kinds'], others: ['define', 'fields', 'index'] },
  { folder: 'shared/rules/ways-in', lists: ['kinds'], others: ['define', 'index', 'of-campaign'] },
  { folder: 'shared/rules/exits', lists: ['kinds'], others: ['define', 'index'] },
  { folder: 'shared/rules/gates', lists: ['leadGates', 'hostGates'], others: ['gate', 'index'] },
]
interface Registry {
  readonly folder: string
  readonly lists: readonly string[]
  readonly others: readonly string[]
}
const compileFile = 'shared/journey/compile.ts'
/** Beside the queue of turns: the drivers, and the start, when there is no engine yet. */
const transactors = ['shared/engine/parts.ts', 'server/store/', 'server/serve.ts']
const loaders = ['shared/engine/facts.ts', 'shared/engine/entry/admission.ts']
const journeyFile = 'shared/journey/journey.ts'
/** Rooms to which a kind is what its list says of it. */
const knowNoKind = ['client/', 'server/', 'shared/engine/', 'shared/store/', 'shared/journey/', 'shared/explain/']
const journeyCallers = ['shared/engine/journey/run.ts', 'shared/journey/', 'client/simulate/']

export const fences: readonly Fence[] = [
  {
    rule: 'every source can be read',
    breaches: house => each(house, file => file.errors.map(message => `${file.path}: ${message}`)),
  },
  {
    rule: 'client and server import shared, and shared imports neither',
    breaches: house =>
      imports(house, (file, { target, ours }) => {
        const room = roomOf(target)
        if (!ours || ![...rooms, 'test'].includes(room) || mayEnter[file.room]?.includes(room)) return undefined
        return `imports ${target}; ${file.room}/ may enter only ${mayEnter[file.room]?.join(' and ')}. Move what both need to shared/.`
      }),
  },
  {
    rule: 'every file of shared and server has its place in the layers',
    breaches: house =>
      each(house, file =>
        layers[file.room] === undefined || isWebhook(file.path) || layerOf(file.path) >= 0
          ? []
          : [
              `${file.path}:1 is in no layer. Move it into a folder that has one, or give "${partOf(file.path)}" a place in test/fences.ts.`,
            ],
      ),
  },
  {
    rule: 'a lower layer imports no higher one at run time',
    breaches: house =>
      imports(house, (file, { target, ours, typeOnly }) => {
        if (!ours || typeOnly || roomOf(target) !== file.room || isWebhook(file.path) || isWebhook(target))
          return undefined
        const [own, other] = [layerOf(file.path), layerOf(target)]
        if (own < 0 || other < 0 || other <= own) return undefined
        return `imports ${target}, but in ${file.room}/ the order is ${sayLayers(file.room)}. Pass it in as an argument, or move it down.`
      }),
  },
  {
    rule: 'the webhook room knows only shared, and only main knows the webhook room',
    breaches: house =>
      imports(house, (file, { target, ours }) => {
        if (!ours || isWebhook(file.path) === isWebhook(target)) return undefined
        if (isWebhook(file.path))
          return roomOf(target) === 'server'
            ? `imports ${target}. Take it as an argument: main.ts hands it in.`
            : undefined
        return file.path === 'server/main.ts'
          ? undefined
          : `imports ${target}. Only main.ts does; call through Env.call.`
      }),
  },
  {
    rule: 'forms know nothing of the canvas that they stand beside',
    breaches: house =>
      imports(house, (file, { target }) =>
        isIn(file.path, ['client/forms/']) && isIn(target, ['client/canvas/'])
          ? `imports ${target}. Ask client/forms/context.ts: other pages draw these forms too.`
          : undefined,
      ),
  },
  {
    rule: 'world, journal, effects and call import types only',
    breaches: house =>
      imports(house, (file, { target, typeOnly }) =>
        contractsOfTypes.includes(file.path) && !typeOnly
          ? `imports ${target} at run time. Write "import type".`
          : undefined,
      ),
  },
  {
    rule: 'no cycle of imports inside shared and server, of types either',
    breaches: house => ['shared/', 'server/'].flatMap(room => cyclesIn(house, room)),
  },
  {
    rule: 'each dangerous package has one door',
    breaches: house =>
      imports(house, (file, { target, ours }) => {
        const found = doors.find(({ name }) => name === target)
        if (ours || found === undefined || isIn(file.path, [found.door])) return undefined
        return `imports ${target}; only ${found.door} may. ${found.instead}.`
      }),
  },
  {
    rule: 'nothing leaves the server but through webhook/call',
    breaches: house =>
      uses(house, ({ room }, name) =>
        room !== 'client' && ['fetch', 'WebSocket', 'EventSource'].includes(name)
          ? `uses ${name}, a second way out. Hand the call to Env.call (law 7).`
          : undefined,
      ),
  },
  {
    rule: 'the environment is read only by server/config.ts',
    breaches: house =>
      uses(house, (file, name) =>
        startsWith(name, 'process.env') && file.path !== 'server/config.ts'
          ? 'reads process.env; only server/config.ts may. Add a field to the config and take it as an argument.'
          : undefined,
      ),
  },
  {
    rule: 'the time is an argument everywhere but at the edge',
    breaches: house => [
      ...uses(house, (file, name) => {
        if (isIn(file.path, clockFiles) || timeless.includes(name)) return undefined
        const found = clockNames.find(clock => startsWith(name, clock))
        if (found === undefined) return undefined
        return `uses ${name}. ${file.room === 'shared' ? 'Take "now" (ms) as an argument (law 10).' : 'Ask env.clock or env.rng.'}`
      }),
      ...imports(house, (file, { target }) =>
        clockModules.includes(target) && !isIn(file.path, clockFiles) ? `imports ${target}. Ask env.clock.` : undefined,
      ),
    ],
  },
  {
    rule: 'the server draws random bytes only in its clock file and main',
    breaches: house => [
      ...imports(house, (file, { target, names }) => {
        const drawn = /^(node:)?crypto$/.test(target) && names.find(({ name }) => chance.test(name))
        return drawn && !isIn(file.path, chanceFiles) ? `imports ${drawn.name}. Ask env.ids or env.rng.` : undefined
      }),
      ...uses(house, (file, name) => {
        const drawn = name.split('.').at(-1) ?? ''
        if (!name.includes('.') || !chance.test(drawn) || isIn(file.path, chanceFiles)) return undefined
        if (file.room !== 'client') return `uses ${name}. Ask env.ids or env.rng.`
        return drawn === 'randomUUID'
          ? `uses ${name}, which no browser has on plain http. Use getRandomValues.`
          : undefined
      }),
    ],
  },
  {
    rule: 'compiled machines have no timers and no actors of their own',
    breaches: house => {
      const file = house.files.get(compileFile)
      if (file === undefined)
        return [`${compileFile} is not there. Name the file that compiles graphs in test/fences.ts.`]
      return file.keys
        .filter(({ name }) => name === 'after' || name === 'invoke')
        .map(
          ({ name, line }) =>
            `${file.path}:${line} has "${name}:". A wait is an effect with an instant; a restored machine never fires it.`,
        )
    },
  },
  {
    rule: 'every step kind, way in, exit and gate is in its list',
    breaches: house => registries.flatMap(registry => unlisted(house, registry)),
  },
  {
    rule: 'client, server and the engine know no kind by its file',
    breaches: house =>
      imports(house, (file, { target, typeOnly }) =>
        isIn(file.path, knowNoKind) && !typeOnly && registries.some(r => kindOfPath(target, r) !== undefined)
          ? `imports ${target}. Ask the list in index.ts beside it, so that a kind stays one file and one line.`
          : undefined,
      ),
  },
  {
    rule: 'only engine/journey/run starts and advances journeys',
    breaches: house =>
      imports(house, (file, { target, names }) => {
        const mover = target === journeyFile && names.find(({ name }) => name === 'start' || name === 'advance')
        return mover && !isIn(file.path, journeyCallers)
          ? `imports ${mover.name}. Go through shared/engine/journey/run (law 1).`
          : undefined
      }),
  },
  {
    rule: 'engine and server transact only in the queue of turns',
    breaches: house =>
      uses(house, (file, name) =>
        name.endsWith('.transact') && isIn(file.path, ['shared/engine/', 'server/']) && !isIn(file.path, transactors)
          ? `uses ${name}. Take a turn: engine.does or engine.write (law 16).`
          : undefined,
      ),
  },
  {
    rule: 'what a turn knows is read by one loader',
    breaches: house => [
      ...uses(house, (file, name) =>
        name.endsWith('admission.know') && !isIn(file.path, loaders)
          ? `uses ${name}. Ask "know" of ${loaders[0]}.`
          : undefined,
      ),
      ...imports(house, (file, { names }) =>
        names.some(({ name }) => name === 'loadHistory') && !isIn(file.path, loaders)
          ? `imports loadHistory. Ask "know" of ${loaders[0]}.`
          : undefined,
      ),
    ],
  },
]

/** What no file of ours may hold, of any kind: hosts of package registries, and places on somebody's machine. Breaches as in `Fence`. */
export function strayAddresses(sources: readonly Source[]): string[] {
  const host =
    /\bregistry\.(npmjs|yarnpkg|npmmirror)\.|\bnpm\.pkg\.github\.|^\s*(@[\w-]+:)?registry\s*=|"resolved":\s"http/
  const workplace = /(^|[\s"'`(=:])\/(work|home|Users|root)\/[\w.-]/
  return sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => {
      if (host.test(line)) return [`${path}:${at + 1} names a package registry. Leave that to the user's npm settings.`]
      if (workplace.test(line))
        return [`${path}:${at + 1} names a place on one machine. Make it relative to the repository.`]
      return []
    }),
  )
}

// ---------------------------------------------------------------- how rules look

function each(house: House, look: (file: File) => readonly string[]): string[] {
  return [...house.files.values()].flatMap(look)
}

function imports(house: House, look: (file: File, found: Import) => string | undefined): string[] {
  return each(house, file => file.imports.flatMap(found => told(file, found.line, look(file, found))))
}

function uses(house: House, look: (file: File, name: string) => string | undefined): string[] {
  return each(house, file => file.uses.flatMap(({ name, line }) => told(file, line, look(file, name))))
}

function told(file: File, line: number, breach: string | undefined): string[] {
  return breach === undefined ? [] : [`${file.path}:${line} ${breach}`]
}

function isIn(path: string, places: readonly string[]): boolean {
  return places.some(place => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

/** `Date.now` starts with `Date`, `Dated` does not. */
function startsWith(name: string, stem: string): boolean {
  return name === stem || name.startsWith(`${stem}.`)
}

function roomOf(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf('/')))
}

/** `shared/rules/retry.ts` is of `rules`, `shared/json.ts` of `json`. */
function partOf(path: string): string {
  const [, part = '', deeper] = path.split('/')
  return deeper === undefined ? part.replace(/\.tsx?$/, '') : part
}

function layerOf(path: string): number {
  return layers[roomOf(path)]?.findIndex(layer => layer.includes(partOf(path))) ?? -1
}

function sayLayers(room: string): string {
  return (layers[room] ?? []).map(layer => layer.join(', ')).join(' <- ')
}

function isWebhook(path: string): boolean {
  return path.startsWith('server/webhook/')
}

/** The kind that a file belongs to: `delay` for `shared/steps/delay.ts` and for all of `shared/steps/delay/`. */
function kindOfPath(path: string, { folder, others }: Registry): string | undefined {
  if (!path.startsWith(`${folder}/`)) return undefined
  const kind = /^([^/]+?)(\.ts|\/.*)$/.exec(path.slice(folder.length + 1))?.[1]
  return kind === undefined || others.includes(kind) ? undefined : kind
}

function unlisted(house: House, registry: Registry): string[] {
  const { folder, lists } = registry
  const index = house.files.get(`${folder}/index.ts`)
  if (index === undefined) return [`${folder}/index.ts is not there. Name the folder of the list in test/fences.ts.`]
  const listed = lists.flatMap(list => index.lists.get(list) ?? [])
  const imported = index.imports.filter(({ names }) => names.some(({ name }) => listed.includes(name)))
  const known = new Set(imported.map(({ target }) => kindOfPath(target, registry)))
  const kinds = new Set([...house.files.keys()].map(path => kindOfPath(path, registry)).filter(k => k !== undefined))
  return [...kinds]
    .filter(kind => !known.has(kind))
    .map(
      kind =>
        `${folder}/index.ts:1 does not list ${folder}/${kind}. Import it and add it to "${lists.join('" or "')}".`,
    )
}

/** One way round for every knot of files of a room that import each other. */
function cyclesIn(house: House, room: string): string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  for (const path of house.files.keys()) if (path.startsWith(room)) walk(path, [])
  return cycles

  function walk(path: string, way: readonly string[]): void {
    if (way.includes(path)) {
      const knot = [...way.slice(way.indexOf(path)), path]
      cycles.push(
        `${knot.map((from, i) => place(from, knot[i + 1])).join(' -> ')}. Move what they share into a file below both.`,
      )
      return
    }
    if (done.has(path)) return
    for (const { target, ours } of house.files.get(path)?.imports ?? [])
      if (ours && target.startsWith(room)) walk(target, [...way, path])
    done.add(path)
  }

  function place(from: string, to: string | undefined): string {
    const line = house.files.get(from)?.imports.find(({ target }) => target === to)?.line
    return line === undefined ? from : `${from}:${line}`
  }
}

// ---------------------------------------------------------------- reading sources

/** A node of the ESTree that Vite's parser (oxc) gives, read without its types: rules look at few kinds of nodes. */
interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** Reads the TypeScript of client, server and shared; other sources are left out. */
export function readHouse(sources: readonly Source[]): House {
  const ours = sources.filter(
    ({ path }) => rooms.includes(roomOf(path)) && /\.tsx?$/.test(path) && !path.endsWith('.d.ts'),
  )
  const paths = new Set(ours.map(({ path }) => path))
  return { files: new Map(ours.map(source => [source.path, readFile(source, paths)])) }
}

function readFile({ path, text }: Source, paths: ReadonlySet<string>): File {
  const parsed = parseSync(path, text)
  const found = {
    imports: [] as Import[],
    uses: [] as Named[],
    keys: [] as Named[],
    lists: new Map<string, string[]>(),
  }
  const bound = new Set<string>()
  const lineOf = lineFinder(text)
  visit(parsed.program as unknown as Node)
  // A name that the file gives to something of its own is not the global one.
  const uses = found.uses.filter(({ name }) => !bound.has(name.split('.')[0] ?? ''))
  return { path, text, room: roomOf(path), errors: parsed.errors.map(({ message }) => message), ...found, uses }

  function visit(node: Node): void {
    const source = node['source']
    if (isNode(source)) addImport(node, source)
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return
      case 'ExportNamedDeclaration':
        if (isNode(source)) return
        break
      case 'MemberExpression': {
        const name = dotted(node)
        if (name === undefined) break
        found.uses.push({ name, line: lineOf(node.start) })
        return
      }
      case 'Identifier':
        found.uses.push({ name: String(node['name']), line: lineOf(node.start) })
        return
      case 'Property': {
        const key = node['computed'] === true ? undefined : nameOf(node['key'])
        if (key !== undefined) found.keys.push({ name: key, line: lineOf(node.start) })
        break
      }
      case 'VariableDeclarator':
        addList(node)
        addTakenApart(node)
        break
    }
    for (const [key, child] of childrenOf(node)) {
      if (isNamePlace(node, key)) continue
      if (isType(child)) visitType(child)
      else if (isBindingPlace(key)) bind(child)
      else visit(child)
    }
  }

  /** A type uses no value, but may import: `import('x').T`. */
  function visitType(node: Node): void {
    if (node.type === 'TSImportType' && isNode(node['source'])) addImport(node, node['source'])
    for (const [, child] of childrenOf(node)) visitType(child)
  }

  /** The names that a declaration gives; its default values are values. */
  function bind(node: Node): void {
    const type = node['typeAnnotation']
    if (isNode(type)) visitType(type)
    switch (node.type) {
      case 'Identifier':
        bound.add(String(node['name']))
        return
      case 'AssignmentPattern':
        for (const [key, child] of childrenOf(node)) key === 'left' ? bind(child) : visit(child)
        return
      case 'Property':
        for (const [key, child] of childrenOf(node)) {
          if (key === 'value') bind(child)
          else if (node['computed'] === true) visit(child)
        }
        return
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
      case 'TSParameterProperty':
        for (const [key, child] of childrenOf(node)) if (key !== 'typeAnnotation' && key !== 'decorators') bind(child)
        return
      default:
        visit(node)
    }
  }

  function addImport(node: Node, source: Node): void {
    const specifier = source['value']
    if (typeof specifier !== 'string') return
    const specifiers = (node['specifiers'] as readonly Node[] | undefined) ?? []
    const names = specifiers.map(each => ({
      name: nameOf(each['imported'] ?? each['local']) ?? '',
      line: lineOf(each.start),
    }))
    const kind = node['importKind'] ?? node['exportKind']
    const line = lineOf(node.start)
    found.imports.push({
      ...resolve(path, specifier, paths),
      typeOnly: kind === 'type' || node.type === 'TSImportType',
      names,
      line,
    })
    // `import { env } from 'node:process'` is process.env by another name.
    if (/^(node:)?process$/.test(specifier))
      for (const { name, line } of names) if (name === 'env') found.uses.push({ name: 'process.env', line })
  }

  function addList(node: Node): void {
    const name = nameOf(node['id'])
    let init = node['init']
    while (isNode(init) && isNode(init['expression'])) init = init['expression']
    if (name === undefined || !isNode(init) || init.type !== 'ArrayExpression') return
    found.lists.set(
      name,
      (init['elements'] as readonly unknown[]).map(element => nameOf(element) ?? ''),
    )
  }

  /** `const { env } = process` uses `process.env`. */
  function addTakenApart(node: Node): void {
    const [pattern, init] = [node['id'], node['init']]
    if (!isNode(pattern) || pattern.type !== 'ObjectPattern' || !isNode(init)) return
    const whole = dotted(init)
    if (whole === undefined) return
    for (const property of pattern['properties'] as readonly Node[]) {
      const key = nameOf(property['key'])
      if (key !== undefined) found.uses.push({ name: plain(`${whole}.${key}`), line: lineOf(property.start) })
    }
  }
}

/** Where an identifier is a name of something, and not a use of a value. */
function isNamePlace(node: Node, key: string): boolean {
  if (key === 'property') return node.type === 'MemberExpression' && node['computed'] !== true
  if (key === 'key') return node['computed'] !== true
  return key === 'label' || key === 'meta'
}

/** Declared variables, functions and classes, parameters, and what `catch` catches. */
function isBindingPlace(key: string): boolean {
  return key === 'id' || key === 'params' || key === 'param'
}

/** Gone at run time. The few TypeScript nodes that hold a value are not: `x as T`, `x!`, enums, `constructor(private x)`. */
function isType(node: Node): boolean {
  return (
    node.type.startsWith('TS') && !isNode(node['expression']) && !/^TS(Enum|Module|ParameterProperty)/.test(node.type)
  )
}

function childrenOf(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isNode).map((child): [string, Node] => [key, child]),
  )
}

/** `a.b.c` of a chain of plain names (`a['b']` counts), without a leading `globalThis.`; undefined for anything else. */
function dotted(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Identifier') return nameOf(node)
  if (node.type !== 'MemberExpression') return undefined
  const [object, property] = [dotted(node['object']), nameOf(node['property'])]
  if (object === undefined || property === undefined) return undefined
  const isPlain = node['computed'] !== true || (isNode(node['property']) && node['property'].type === 'Literal')
  return isPlain ? plain(`${object}.${property}`) : undefined
}

function plain(name: string): string {
  return name.replace(/^(globalThis|global|window|self)\./, '')
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Identifier') return String(node['name'])
  return node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** Where a specifier leads: a file of ours that exists if any does, else the most likely one, or a package by its name. */
function resolve(from: string, specifier: string, paths: ReadonlySet<string>): { target: string; ours: boolean } {
  const stem = specifier.startsWith('#')
    ? specifier.slice(1)
    : specifier.startsWith('.')
      ? posix.join(posix.dirname(from), specifier)
      : undefined
  if (stem === undefined) {
    const parts = specifier.split('/')
    const name = specifier.startsWith('node:') ? specifier : parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
    return { target: name, ours: false }
  }
  const candidates = [
    stem,
    `${stem}.ts`,
    `${stem}.tsx`,
    `${stem}/index.ts`,
    `${stem}/index.tsx`,
    stem.replace(/\.js$/, '.ts'),
  ]
  return {
    target: candidates.find(path => paths.has(path)) ?? (posix.extname(stem) === '' ? `${stem}.ts` : stem),
    ours: true,
  }
}

/** Line numbers (from 1) of offsets in a text. */
function lineFinder(text: string): (offset: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return offset => ends.filter(end => end < offset).length + 1
}
