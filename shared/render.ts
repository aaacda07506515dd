/// <reference path="./render/liquidjs.d.ts" />
// The only file that knows Liquid. It is fenced (delivery R37): no files, own properties only, a list of tags and filters that ask neither
// clock nor chance, and budgets for everything that grows. Nothing here throws: what cannot be rendered is broken, with a sentence.
import {
  AssignTag,
  CaptureTag,
  Context,
  Drop,
  defaultOperators,
  type Emitter,
  evalToken,
  type Filter,
  type Limiter,
  Liquid,
  Token as LiquidToken,
  filters as liquidFilters,
  type Operator,
  Output,
  type Parser,
  TablerowTag,
  Tag,
  type Template,
  type Token,
  Tokenizer,
  toValue,
  toValueSync,
  Value,
} from 'liquidjs/dist/liquid.browser.mjs'
import type { Json } from './json'
import { error, type Finding, warning } from './problems'
import {
  ENCODING_FILTERS,
  JSON_FILTERS,
  MEMBER_FILTERS,
  type NUMBER_FILTERS,
  OTHER_FILTERS,
  type OWN_FILTERS,
  TAGS,
  TEXT_FILTERS,
  XML_FILTERS,
} from './render/allowed'
import { brazeFilters } from './render/braze'
import { Budget, charge, jsonText, OUTPUT_LIMIT, Purse, TooLate } from './render/budget'
import { type Moment, readMoment, strftime } from './render/dates'
import { lineStarts, placeOf, type Translated, toLiquid } from './render/dialects'
import * as lists from './render/lists'
import { doubtful, explain, isPrintedWhole, type Mistake, reasonOf } from './render/mistakes'
import * as numbers from './render/numbers'
import { Even, type Exact } from './render/numbers'
import type { Broken, Rendered, RenderedValue, RequestRendered, Unrendered } from './render/rendered'
import { assemble } from './render/request'
import {
  FAMILIES,
  type Family,
  fieldOf,
  memberOf,
  NAMED,
  namedOf,
  namesOf,
  SCOPES,
  type ScopeName,
  type Tokens,
  wholeOf,
} from './render/scope'
import { Seals } from './render/seals'
import { placeAfter, type XmlPlace, xmlEncode } from './render/xml-text'
import { formEncode } from './rules/content-type'
import { inLanguage } from './rules/languages'
import { misusesSecret, namesSecret } from './rules/secrets'
import { longestPart } from './rules/template-tokens'
import type { WebhookRequest } from './rules/webhook-request'
import { isKept } from './values/numbers'
import type { World } from './world'

export type { Rendered } from './render/rendered'
export type { Tokens } from './render/scope'

/** Signs that a template may have. */
const TEMPLATE_LIMIT = 65_536
/** Signs that filters, captures and assigns may go through in one request. */
const WORK_LIMIT = 1_000_000
/** Pieces of a template that the renderings of one request may pass, counted anew in every turn of a loop: 10 to 60 ms of work. */
const STEP_LIMIT = 10_000
/** What one request may take by the clock, where there is one. A request that comes late is tried once more: a pause of the machine is no fault of the template. */
const PATIENCE_MS = 15
const PLANS = 2000
const PLANNED_SIGNS = 4_000_000

/** Renders a template for a lead. Tokens that find nothing are empty; objects and lists print as JSON. */
export function renderText(template: string, tokens: Tokens): Rendered {
  const plan = planOf(textEngine, template)
  return plan.is === 'liquid'
    ? inTime(tokens, isLate => follow(textEngine, plan, sharing(jobOf(tokens, isLate))))
    : follow(textEngine, plan, jobOf(tokens))
}

const purses = new WeakMap<World, Purse>()

/** Where others wait for the turn, all texts of one move of a journey share a budget: a step with fifty of them may take no more than one with a single text. */
function sharing(job: Job): Job {
  const { world } = job.tokens
  if (world.effort === undefined) return job
  const steps = purses.get(world) ?? new Purse(STEP_LIMIT, TOO_HARD)
  if (job.isLate !== undefined) steps.isLate = job.isLate
  purses.set(world, steps)
  job.steps = steps
  return job
}

/**
 * Renders a request into the bytes that are stored and sent. The host is what was typed (delivery R33), tokens of the address are
 * percent-encoded, a body of pairs keeps the type of single tokens, and a body that calls itself JSON is JSON. Said in the lead's language.
 * Its renderings share their budgets: a request of two hundred lines may take no more than one of a single line.
 */
export function renderRequest(request: WebhookRequest, { world, memory, campaign }: Tokens): RequestRendered {
  const said = inLanguage(request, world.lead.attributes)
  return inTime({ world, memory, campaign }, isLate => {
    const notes = new Set<string>()
    const seals = new Seals(world.system.mark)
    const mine = jobOf({ world, memory, campaign, notes, seals }, isLate)
    const made = assemble(
      said,
      {
        text: template => render(textEngine, template, mine),
        url: template => render(urlEngine, template, mine),
        json: template => render(jsonEngine, template, mine),
        form: template => render(formEngine, template, mine),
        xml: template => render(xmlEngine, template, mine),
        value: template => renderValue(template, mine),
      },
      world.system.sandbox,
    )
    if (made.is !== 'rendered') return { is: made.is, reason: seals.hide(made.reason) }
    const sealed: RequestRendered = { is: 'rendered', request: seals.lift(made.request) }
    return notes.size > 0 ? { ...sealed, notes: [...notes] } : sealed
  })
}

/** For whom is rendered, what the renderings of one request share, and by when they are to be done. */
interface Job {
  readonly tokens: Tokens
  steps: Purse | undefined
  signs: Purse | undefined
  readonly isLate: (() => boolean) | undefined
}

function jobOf(tokens: Tokens, isLate?: () => boolean): Job {
  return { tokens, steps: undefined, signs: undefined, isLate }
}

/** Renders against the clock of the turn, where there is one, and adds what it took. */
function inTime<R extends { readonly is: string }>(
  { world }: Tokens,
  work: (isLate?: () => boolean) => R | Broken,
): R | Broken {
  const { effort } = world
  if (effort === undefined) return work()
  const { clock } = effort
  const start = clock()
  let begun = start
  const isLate = () => clock() - begun > PATIENCE_MS
  let made = work(isLate)
  if (made.is === 'broken' && (made as Broken).reason.includes(TOO_SLOW)) {
    begun = clock()
    made = work(isLate)
  }
  effort.spentMs += clock() - start
  return made
}

/** Of so many tokens that look like a mistake a template is told at most. */
const MOST_DOUBTS = 20

/**
 * Finds what keeps a template from being rendered, and tokens that look like a mistake. `path` is where it stands in the step's config. `secrets`: only what is sent
 * may name one; anything else is stored and shown.
 */
export function checkTemplate(template: string, path: string, secrets: 'sent' | 'nowhere' = 'nowhere'): Finding[] {
  if (!/\{[{%]/.test(template)) return []
  if (secrets === 'nowhere' && namesSecret(template))
    return [
      error(
        'template.secret-here',
        'A secret can stand in a webhook only: this text is stored and shown.',
        'Take the secret out, and name it in the webhook that sends it.',
        path,
      ),
    ]
  if (misusesSecret(template))
    return [
      error(
        'template.secret-changed',
        'A secret stands alone in its token: no filters, no conditions, no filters on what captures it.',
        'Write {{ secret.NAME }}, and make a secret of the text as a whole.',
        path,
      ),
    ]
  const source = translate(template)
  if (source === undefined) return [error('template.too-long', TOO_LONG, 'Shorten it.', path)]
  try {
    return doubts(source).map(({ code, what, fix }) => warning(code, what, fix, path))
  } catch (cause) {
    const { code, fix } = explain(cause, source)
    return [error(code, reasonOf(cause, source), fix, path)]
  }
}

/** Tokens that look like a mistake, in the order of their names. Throws what Liquid throws. */
function doubts(source: Translated): Omit<Mistake, 'where'>[] {
  const { globals } = textEngine.liquid.analyzeSync(textEngine.liquid.parse(source.text))
  const found: Omit<Mistake, 'where'>[] = []
  for (const { segments, location } of Object.values(globals).flat()) {
    const doubt = doubtful(segments, isPrintedWhole(source, location))
    if (doubt === undefined) continue
    if (found.length === MOST_DOUBTS) break
    found.push({ ...doubt, what: `${doubt.what} (${placeOf(source, location.row, location.col)}).` })
  }
  return found
}

// ---------------------------------------------------------------------------------------------------------------- plans and rendering

/**
 * What a template comes to. `plain` is the fast path: texts and paths by turns (text first), with nothing that only Liquid can do; a
 * property test holds it equal to Liquid. `single` is the token of a template that is nothing else, and keeps its type in a JSON body.
 */
type Plan =
  | { readonly is: 'plain'; readonly texts: readonly string[]; readonly paths: readonly (readonly string[])[] }
  | {
      readonly is: 'liquid'
      readonly source: Translated
      readonly templates: readonly Template[]
      readonly single: Output | undefined
      readonly price: number
    }
  | Broken

interface Engine {
  readonly liquid: Liquid
  readonly where: Where
  readonly escape: (value: unknown) => unknown
  /** In order of use, the least recent first. */
  readonly plans: Map<string, Plan>
  planned: number
}

function createEngine(where: Where): Engine {
  return { liquid: fencedLiquid(where), where, escape: escapes[where], plans: new Map(), planned: 0 }
}

/** Renders through Liquid always. For the tests, which hold the fast path against it. */
export function renderSlowly(template: string, tokens: Tokens, where: Where = 'text'): Rendered {
  const engine = { text: textEngine, url: urlEngine, json: jsonEngine, form: formEngine, xml: xmlEngine }[where]
  const source = translate(template)
  return follow(engine, source === undefined ? tooLong : parse(engine, source), jobOf(tokens))
}

function render(engine: Engine, template: string, job: Job): Rendered {
  return follow(engine, planOf(engine, template), job)
}

function follow(engine: Engine, plan: Plan, job: Job): Rendered {
  if (plan.is === 'broken') return plan
  try {
    const text = plan.is === 'plain' ? fill(engine, plan, job.tokens) : write(engine, plan, job)
    return { is: 'rendered', text: text.toWellFormed() }
  } catch (cause) {
    return unrendered(cause, plan)
  }
}

function unrendered(cause: unknown, plan: Plan): Unrendered {
  const { originalError } = cause as { readonly originalError?: unknown }
  if (originalError instanceof AbortedSend) return { is: 'aborted', reason: originalError.message }
  if (originalError instanceof TooLate || cause instanceof TooLate) return { is: 'broken', reason: TOO_SLOW }
  return { is: 'broken', reason: reasonOf(cause, plan.is === 'liquid' ? plan.source : undefined) }
}

/** The value of a template that is one single token, as it was found (null when absent); the text of any other. */
function renderValue(template: string, job: Job): RenderedValue {
  const { tokens } = job
  const plan = planOf(textEngine, template)
  if (plan.is === 'plain' && plan.paths.length === 1 && plan.texts.every(text => text === ''))
    return { is: 'value', value: (look(tokens, plan.paths[0] ?? []) ?? null) as Json }
  if (plan.is === 'liquid' && plan.single !== undefined) {
    try {
      const value = toValue(toValueSync(plan.single.value.value(contextOf(textEngine, plan.price, job), false)))
      // Everything that a token can find is JSON: it comes out of the scope, a literal or a range.
      return { is: 'value', value: value instanceof Even ? value.valueOf() : ((value ?? null) as Json) }
    } catch (cause) {
      return unrendered(cause, plan)
    }
  }
  const rendered = follow(textEngine, plan, job)
  return rendered.is === 'rendered' ? { is: 'value', value: rendered.text } : rendered
}

function planOf(engine: Engine, template: string): Plan {
  const found = engine.plans.get(template)
  if (found !== undefined) {
    engine.plans.delete(template)
    engine.plans.set(template, found)
    return found
  }
  const source = translate(template)
  // How a value is written in XML depends on what stands before it, which the fast path does not look at.
  const plain = source === undefined || engine.where === 'xml' ? undefined : plainPlan(source.text)
  const plan = source === undefined ? tooLong : (plain ?? parse(engine, source))
  engine.plans.set(template, plan)
  engine.planned += template.length
  for (const oldest of engine.plans.keys()) {
    if (engine.plans.size <= PLANS && engine.planned <= PLANNED_SIGNS) break
    engine.plans.delete(oldest)
    engine.planned -= oldest.length
  }
  return plan
}

/** The template in our Liquid; undefined when it is too long. */
function translate(template: string): Translated | undefined {
  return template.length > TEMPLATE_LIMIT ? undefined : toLiquid(template)
}

/** `size`, `first` and `last` mean something to Liquid, so they are left to it. */
const PLAIN_NAME = '\\.(?!(?:size|first|last)(?![\\w-]))[A-Za-z_][\\w-]*'
/** `{{ path }}` and nothing more. */
const PLAIN_TOKEN = new RegExp(
  `\\{\\{[ \\t\\r\\n]*((?:${SCOPES.join('|')}|${NAMED}\\.(?:${FAMILIES.join('|')})${PLAIN_NAME})(?:${PLAIN_NAME})*)[ \\t\\r\\n]*\\}\\}`,
  'y',
)

function plainPlan(template: string): Plan | undefined {
  const texts: string[] = []
  const paths: (readonly string[])[] = []
  let from = 0
  for (;;) {
    const token = template.indexOf('{{', from)
    const text = template.slice(from, token === -1 ? undefined : token)
    if (text.includes('{%')) return undefined
    texts.push(text)
    if (token === -1) return { is: 'plain', texts, paths }
    PLAIN_TOKEN.lastIndex = token
    const path = PLAIN_TOKEN.exec(template)?.[1]
    if (path === undefined) return undefined
    paths.push(path.split('.'))
    from = PLAIN_TOKEN.lastIndex
  }
}

function parse({ liquid }: Engine, source: Translated): Plan {
  try {
    const templates = liquid.parse(source.text)
    const [only] = templates
    const single = templates.length === 1 && only instanceof Output && keepsType(only, source) ? only : undefined
    return { is: 'liquid', source, templates, single, price: priceOf(source.text) }
  } catch (cause) {
    return { is: 'broken', reason: reasonOf(cause, source) }
  }
}

/** A token without filters, and Marketo's with a default: it is the default's type that counts there, when nothing is found. */
function keepsType({ value: { filters } }: Output, { original, edits: [edit, ...others] }: Translated): boolean {
  if (filters.length === 0) return true
  const isMarketo = edit !== undefined && others.length === 0 && original.trim() === original.slice(edit.from, edit.to)
  return isMarketo && filters.length === 1
}

/** What a step costs: a long token (a hundred filters, a path of a thousand names) is as much work as many short ones. */
function priceOf(template: string): number {
  return 1 + Math.floor(longestPart(template) / 50)
}

function fill(engine: Engine, { texts, paths }: Extract<Plan, { is: 'plain' }>, tokens: Tokens): string {
  let text = texts[0] ?? ''
  for (let i = 0; i < paths.length; i++) {
    text += (engine.escape(look(tokens, paths[i] ?? [])) as string) + texts[i + 1]
    if (text.length > OUTPUT_LIMIT) throw new Error(TOO_MUCH)
  }
  return text
}

/** Follows a path, which begins with the name of a scope, or with a family of names. */
function look(tokens: Tokens, path: readonly string[]): unknown {
  const [scope, field, name = ''] = path
  if (field === undefined) return wholeOf(tokens, scope as ScopeName)
  const isNamed = scope === NAMED
  let here = isNamed ? namedOf(tokens, field as Family, name) : fieldOf(tokens, scope as ScopeName, field)
  for (let i = isNamed ? 3 : 2; i < path.length; i++) here = memberOf(here, path[i] as string)
  return here
}

function write(engine: Engine, { templates, price }: Extract<Plan, { is: 'liquid' }>, job: Job): string {
  const limiter = new Budget(OUTPUT_LIMIT, TOO_MUCH)
  const writer = engine.where === 'xml' ? new XmlWriter(limiter) : new Writer(limiter)
  toValueSync(engine.liquid.renderer.renderTemplates(templates, contextOf(engine, price, job), writer))
  return writer.buffer
}

function contextOf({ liquid }: Engine, price: number, job: Job): Context {
  const { tokens } = job
  // A copy without a prototype: `increment` writes into it, and nothing can be inherited from it.
  const own = Object.assign(
    Object.create(null) as object,
    Object.fromEntries(SCOPES.map(name => [name, wholeOf(tokens, name)])),
    { [NAMED]: Object.fromEntries(FAMILIES.map(family => [family, namesOf(tokens, family)])) },
  )
  job.steps ??= new Purse(STEP_LIMIT, TOO_HARD, job.isLate)
  job.signs ??= new Purse(WORK_LIMIT, TOO_HARD, job.isLate, 20_000)
  const budgets = {
    memoryLimit: new Budget(job.signs, TOO_HARD),
    renderLimit: new Budget(job.steps, TOO_HARD, price),
  }
  const context = new CountingContext(own, liquid.options, { sync: true }, { ...budgets, liquid })
  context.setRegister('world', tokens.world)
  context.setRegister('notes', tokens.notes)
  return context
}

/** Counts the signs of a text as people do: an emoji is one. */
class CountingContext extends Context {
  override readProperty(value: unknown, key: unknown): unknown {
    return key === 'size' && typeof value === 'string' ? lists.sizeOf(value) : super.readProperty(value, key)
  }
}

/** Where Liquid writes to. The limit holds while it writes, not after. */
class Writer implements Emitter {
  buffer = ''
  constructor(private readonly limiter: Limiter) {}

  write(value: unknown): void {
    const text = textOf(value)
    this.limiter.use(text.length)
    this.buffer += text
  }
}

/** A value on its way into XML; how it is written is known where it is printed. */
class InXml {
  constructor(readonly text: string) {}
}

/** Writes XML: what the template says stays, values can close nothing. */
class XmlWriter extends Writer {
  private place: XmlPlace = 'markup'
  private afterValue = false

  override write(value: unknown): void {
    const before = this.buffer.slice(-2)
    if (value instanceof InXml) super.write(xmlEncode(value.text, this.place, before))
    else {
      const text = textOf(value)
      // A value of two brackets would end the section together with a ">" of the template.
      const isEnding = this.afterValue && this.place === 'cdata' && before === ']]' && text.startsWith('>')
      if (isEnding) super.write(']]><![CDATA[')
      super.write(text)
      this.place = placeAfter(text, this.place)
    }
    this.afterValue = value instanceof InXml
  }
}

function textOf(value: unknown): string {
  const plain = toValue(value)
  if (typeof plain === 'string') return plain
  if (plain === undefined || plain === null) return ''
  if (plain instanceof Even) return plain.toString()
  if (lists.isMade(plain)) return plain.map(textOf).join('')
  return typeof plain === 'object' ? jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), plain) : String(plain)
}

/** What tokens print is written for the place that it is printed into. */
type Where = 'text' | 'url' | 'json' | 'form' | 'xml'

const escapes: { readonly [where in Where]: (value: unknown) => unknown } = {
  text: textOf,
  url: value => encodeURIComponent(textOf(value).toWellFormed()),
  json: value => jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), toValue(value)),
  form: value => formEncode(textOf(value)),
  xml: value => new InXml(textOf(value)),
}

/** The last filter of a token that is encoded already. */
const encoders: { readonly [where in Where]: readonly string[] } = {
  text: [],
  url: ENCODING_FILTERS,
  json: JSON_FILTERS,
  form: ENCODING_FILTERS,
  xml: XML_FILTERS,
}

// ------------------------------------------------------------------------------------------------------------------------- the fence

const TOO_LONG = 'The template is longer than 64 KiB.'
const TOO_MUCH = 'The text came out longer than 256 KiB.'
const TOO_HARD = 'The template does too much work for one message.'
const TOO_SLOW = 'The template takes too long for one message.'

const tooLong: Broken = { is: 'broken', reason: TOO_LONG }

/** What each filter of numbers does; its second value is 0 where none is given. */
const numberFilters: { readonly [name in (typeof NUMBER_FILTERS)[number]]: (a: Exact, b: Exact) => Exact } = {
  abs: numbers.absolute,
  at_least: (a, b) => (numbers.less(a, b) ? b : a),
  at_most: (a, b) => (numbers.less(b, a) ? b : a),
  ceil: numbers.ceil,
  divided_by: numbers.dividedBy,
  floor: numbers.floor,
  minus: numbers.minus,
  modulo: numbers.modulo,
  plus: numbers.plus,
  round: (a, b) => numbers.round(a, Math.max(-1000, Math.min(1000, Number(numbers.floor(b).units)))),
  times: numbers.times,
}

function onNumbers(calculate: (a: Exact, b: Exact) => Exact): Filter {
  return (value, other) => numbers.toTemplate(calculate(numbers.exact(toValue(value)), numbers.exact(toValue(other))))
}

const ownFilters: { readonly [name in (typeof OWN_FILTERS)[number]]: Filter } = {
  date,
  time_zone: timeZone,
  json,
  as_json_string: json,
  header_escape: value =>
    textOf(value)
      .toWellFormed()
      .replaceAll(/[^\t\x20-\x7e]+/g, encodeURIComponent),
}

function fencedLiquid(where: Where): Liquid {
  const liquid = new Liquid({
    templates: {},
    strictFilters: true,
    ownPropertyOnly: true,
    // What the author wrote was measured before it was translated; no dialect grows it more than fourfold.
    parseLimit: 4 * TEMPLATE_LIMIT,
    operators: chargedOperators(),
    ...(where === 'text' ? {} : { outputEscape: escapeOutput(escapes[where]) }),
  })
  for (const tag of Object.keys(liquid.tags)) if (!TAGS.includes(tag)) delete liquid.tags[tag]
  liquid.registerTag('capture', ChargedCapture)
  liquid.registerTag('assign', ChargedAssign)
  liquid.registerTag('abort_message', AbortMessage)
  liquid.registerTag('doc', Doc)
  liquid.registerTag('ifchanged', IfChanged)
  liquid.registerTag('tablerow', TableRow)
  for (const name of Object.keys(liquid.filters)) delete liquid.filters[name]
  for (const [name, handler] of Object.entries(fencedFilters()))
    liquid.registerFilter(name, { handler, raw: encoders[where].includes(name) })
  return liquid
}

/** Filters of lists that make another list by Liquid's own code. */
const MAKERS: readonly string[] = ['concat', 'map', 'slice', 'sort', 'sort_natural']

function fencedFilters(): { readonly [name: string]: Filter } {
  const known = (name: string) => {
    const filter = listFilters[name] ?? encodings[name] ?? (liquidFilters[name] as Filter)
    return MAKERS.includes(name) ? making(filter) : filter
  }
  return {
    ...Object.fromEntries(TEXT_FILTERS.map(name => [name, charged(onText(known(name)))])),
    ...Object.fromEntries(OTHER_FILTERS.map(name => [name, charged(known(name))])),
    ...Object.fromEntries(Object.entries(numberFilters).map(([name, filter]) => [name, charged(onNumbers(filter))])),
    ...Object.fromEntries(MEMBER_FILTERS.map(name => [name, charged(perMember(known(name)))])),
    ...Object.fromEntries(Object.entries<Filter>(ownFilters).map(([name, filter]) => [name, charged(filter)])),
    ...Object.fromEntries(Object.entries(brazeFilters).map(([name, filter]) => [name, charged(costly(filter))])),
  }
}

/** Hashing a short text takes 20 to 50 us, as much as 30 pieces of a template; a long one 0.1 us for each of its signs. */
function costly(filter: (text: string, key: string) => string): Filter {
  return onText(function (text, key) {
    this.context.renderLimit.use(30)
    this.context.memoryLimit.use(4 * textOf(text).length)
    return filter(textOf(text), textOf(key))
  })
}

/** Pays for what a filter goes through; Liquid's own charges leave out comparisons, encodings and members. */
function charged(filter: Filter): Filter {
  return function (value, ...args) {
    charge(this.context.memoryLimit, value)
    for (const arg of args) charge(this.context.memoryLimit, arg)
    return filter.call(this, value, ...args)
  }
}

/** Looking into a member costs as much as a piece of the template (`where` over 3,000 members: 20 ms), and is charged like one or two. */
function perMember(filter: Filter): Filter {
  return function (value, ...args) {
    if (Array.isArray(value)) this.context.renderLimit.use(2 * value.length)
    return filter.call(this, value, ...args)
  }
}

/** Marks the list that a filter makes, so that it prints as Liquid prints lists. */
function making(filter: Filter): Filter {
  return function* (value, ...args): Generator<unknown, unknown, unknown> {
    const list = yield filter.call(this, value, ...args)
    return Array.isArray(list) ? lists.madeList(list) : list
  }
}

/** Members for which a property holds: true, or equal to what is asked for. Undefined when one of them has no properties at all. */
function* fitting(
  value: unknown,
  name: unknown,
  wanted: unknown,
): Generator<unknown, readonly boolean[] | undefined, unknown> {
  const fits: boolean[] = []
  for (const member of lists.membersOf(toValue(value))) {
    if (member === null || member === undefined || typeof member === 'boolean') return undefined
    const found = lists.propertyOf(member, textOf(name))
    const isAsked = wanted !== undefined && toValue(wanted) !== null
    fits.push(
      isAsked
        ? ((yield equal(found, wanted, undefined as never)) as boolean)
        : found !== undefined && found !== null && found !== false,
    )
  }
  return fits
}

const equal = defaultOperators['=='] as Operator

function choosing(isChosen: (fits: boolean) => boolean): Filter {
  return function* (value, name, wanted) {
    const fits = yield* fitting(value, name, wanted)
    return lists.madeList(
      lists.membersOf(toValue(value)).filter((_, i) => fits !== undefined && isChosen(fits[i] === true)),
    )
  }
}

/** The place of the first member that fits; -1 when none does. */
function* firstFit(value: unknown, name: unknown, wanted: unknown): Generator<unknown, number, unknown> {
  return (yield* fitting(value, name, wanted))?.indexOf(true) ?? -1
}

/** In place of Liquid's own: as current Shopify Liquid does it, and never a trace of what is absent. */
const listFilters: { readonly [name: string]: Filter } = {
  split: (value, separator) => lists.madeList(lists.split(textOf(value), textOf(separator))),
  compact: (value, name) =>
    lists.madeList(
      lists.membersOf(toValue(value)).filter(member => {
        const found = name === undefined ? toValue(member) : lists.propertyOf(member, textOf(name))
        return found !== undefined && found !== null
      }),
    ),
  reverse: value => lists.madeList([...lists.membersOf(toValue(value))].reverse()),
  uniq: (value, name) => {
    const seen = new Set<string>()
    const key = (member: unknown) => jsonText(new Budget(OUTPUT_LIMIT, TOO_MUCH), toValue(member))
    return lists.madeList(
      lists.membersOf(toValue(value)).filter(member => {
        const is = key(name === undefined ? member : lists.propertyOf(member, textOf(name)))
        return !seen.has(is) && seen.add(is)
      }),
    )
  },
  join: (value, glue) =>
    lists
      .membersOf(toValue(value))
      .map(textOf)
      .join(glue === undefined ? ' ' : textOf(glue)),
  size: value => lists.sizeOf(toValue(value)),
  where: choosing(fits => fits),
  reject: choosing(fits => !fits),
  has: function* (value, name, wanted) {
    return (yield* firstFit(value, name, wanted)) !== -1
  },
  find: function* (value, name, wanted) {
    return lists.membersOf(toValue(value))[yield* firstFit(value, name, wanted)]
  },
  find_index: function* (value, name, wanted) {
    const at = yield* firstFit(value, name, wanted)
    return at === -1 ? undefined : at
  },
  sum: (value, name) =>
    numbers.toTemplate(
      lists
        .membersOf(toValue(value))
        .map(member => numbers.exact(toValue(name === undefined ? member : lists.propertyOf(member, textOf(name)))))
        .reduce(numbers.plus, numbers.exact(0)),
    ),
}

const ENTITIES: { readonly [sign: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** In place of Liquid's own: HTML's names as Ruby writes them, texts that are just as long as they may be, and base64 for addresses (`-` and `_` for `+` and `/`). */
const encodings: { readonly [name: string]: Filter } = {
  escape: value => textOf(value).replaceAll(/[&<>"']/g, sign => ENTITIES[sign] ?? sign),
  escape_once: value => textOf(value).replaceAll(/[<>"']|&(?!(?:[a-zA-Z]+|#\d+);)/g, sign => ENTITIES[sign] ?? sign),
  truncatewords: (value, most, ending) => {
    const words = textOf(value).trim().split(/\s+/)
    const kept = Math.max(1, most === undefined ? 15 : Number(numbers.floor(numbers.exact(toValue(most))).units))
    if (words.length <= kept) return value
    return words.slice(0, kept).join(' ') + (ending === undefined ? '...' : textOf(ending))
  },
  base64_url_safe_encode: function (value) {
    const text = (liquidFilters['base64_encode'] as Filter).call(this, value) as string
    return text.replaceAll('+', '-').replaceAll('/', '_')
  },
  base64_url_safe_decode: function (value) {
    const text = textOf(value).replaceAll('-', '+').replaceAll('_', '/')
    return (liquidFilters['base64_decode'] as Filter).call(this, text)
  },
}

function onText(filter: Filter): Filter {
  return function (value, ...args) {
    const [text, ...rest] = [value, ...args].map(each => {
      const plain = toValue(each)
      if (typeof plain === 'string') return plain.toWellFormed()
      if (plain instanceof Even || lists.isMade(plain)) return textOf(plain)
      return typeof plain === 'object' && plain !== null ? jsonText(this.context.memoryLimit, plain) : plain
    })
    return filter.call(this, text, ...rest)
  }
}

function chargedOperators(): { readonly [name: string]: Operator } {
  const paying = (operator: Operator): Operator => {
    return (left, right, context) => {
      charge(context.memoryLimit, toValue(left))
      return operator(left, right, context)
    }
  }
  const own = Object.entries(defaultOperators).map(([name, operator]) =>
    ['contains', '==', '!='].includes(name) ? [name, paying(operator)] : [name, operator],
  )
  return Object.fromEntries(own)
}

class ChargedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    const outer = context.getRegister('capturing')
    const writer = new Writer(context.memoryLimit)
    context.setRegister('capturing', true)
    yield this.liquid.renderer.renderTemplates(this.templates, context, writer)
    context.setRegister('capturing', outer)
    context.bottom()[this.variable] = writer.buffer
  }
}

class ChargedAssign extends AssignTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    yield super.render(context)
    charge(context.memoryLimit, context.bottom()[this.key])
  }
}

/** `{% abort_message('reason') %}`: this lead shall not be sent to. */
class AbortMessage extends Tag {
  private readonly reason: Value | undefined

  constructor(token: Token, rest: Token[], liquid: Liquid) {
    super(token, rest, liquid)
    this.reason = readReason(this.tokenizer, liquid)
  }

  *render(context: Context): Generator<unknown, void, unknown> {
    const reason =
      this.reason &&
      textOf(yield this.reason.value(context, false))
        .slice(0, LONGEST_REASON)
        .toWellFormed()
    throw new AbortedSend(reason || 'The template ended the send.')
  }

  *arguments(): Generator<Value> {
    if (this.reason !== undefined) yield this.reason
  }
}

/** A tag with something in it, up to its ending. */
class Block extends Tag {
  readonly templates: Template[] = []

  constructor(token: Token, rest: Token[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid)
    const ending = `end${this.name}`
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      if ((next as { readonly name?: string }).name === ending) return
      this.add(next, rest, parser)
    }
    throw new Error(`tag {% ${this.name} %} not closed`)
  }

  add(next: Token, rest: Token[], parser: Parser): void {
    this.templates.push(parser.parseToken(next, rest))
  }

  children(): readonly Template[] {
    return this.templates
  }
}

/** `{% doc %}`: what a template is for. It is neither read nor printed. */
class Doc extends Block {
  override add(): void {
    // What is written about a template may hold anything.
  }

  render(): void {
    // Nothing is printed.
  }
}

/** Collects what is printed, as it is printed. */
class Pieces implements Emitter {
  readonly pieces: unknown[] = []
  buffer = ''

  write(piece: unknown): void {
    this.pieces.push(piece)
  }

  get said(): string {
    return this.pieces.map(piece => (piece instanceof InXml ? piece.text : textOf(piece))).join('')
  }
}

/** `{% ifchanged %}`: prints what is in it when that is not what the last one printed. */
class IfChanged extends Block {
  *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const inner = new Pieces()
    yield this.liquid.renderer.renderTemplates(this.templates, context, inner)
    const said = inner.said
    context.memoryLimit.use(said.length)
    if (said === context.getRegister('ifchanged')) return
    context.setRegister('ifchanged', said)
    for (const piece of inner.pieces) emitter.write(piece)
  }
}

/** `{% tablerow %}`, with the line breaks that Shopify's writes. */
class TableRow extends TablerowTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const given = toValue(yield evalToken(this.collection, context))
    if (given === undefined || given === null || given === false) return
    const asked = (yield this.args.render(context)) as { readonly [name: string]: unknown }
    const whole = (name: string) => Number(numbers.floor(numbers.exact(toValue(asked[name]))).units)
    const all: readonly unknown[] = Array.isArray(given)
      ? given
      : typeof given === 'string'
        ? given === ''
          ? []
          : [given]
        : typeof given === 'object'
          ? Object.entries(given)
          : [given]
    const from = asked['offset'] === undefined ? 0 : whole('offset')
    const items = all.slice(from, asked['limit'] === undefined ? undefined : from + whole('limit'))
    const cols = asked['cols'] === undefined ? items.length : whole('cols')
    emitter.write('<tr class="row1">\n')
    for (const [index, item] of items.entries()) {
      const [row, col0, last] = [Math.floor(index / cols), index % cols, index === items.length - 1]
      const tablerowloop = {
        length: items.length,
        index: index + 1,
        index0: index,
        rindex: items.length - index,
        rindex0: items.length - index - 1,
        row: row + 1,
        col: col0 + 1,
        col0,
        first: index === 0,
        last,
        col_first: col0 === 0,
        col_last: col0 === cols - 1,
      }
      context.push({ tablerowloop, [this.variable]: item })
      emitter.write(`<td class="col${col0 + 1}">`)
      yield this.liquid.renderer.renderTemplates(this.templates, context, emitter)
      emitter.write('</td>')
      context.pop()
      const isOver = context.breakCalled
      context.breakCalled = false
      context.continueCalled = false
      if (isOver) break
      if (tablerowloop.col_last && !last) emitter.write(`</tr>\n<tr class="row${row + 2}">`)
    }
    emitter.write('</tr>\n')
  }
}

const LONGEST_REASON = 500

class AbortedSend extends Error {
  override readonly name = 'AbortedSend'
}

function readReason(tokenizer: Tokenizer, liquid: Liquid): Value | undefined {
  tokenizer.skipBlank()
  if (tokenizer.peek() === '(') tokenizer.advance()
  tokenizer.skipBlank()
  if (tokenizer.end() || tokenizer.peek() === ')') return undefined
  return new Value(tokenizer.readFilteredValue(), liquid)
}

/** Literals that a double would change: `7.0` is decimal, and digits beyond 2^53 stay what they are. */
function exactLiterals(): void {
  const read = Tokenizer.prototype.readNumber
  Tokenizer.prototype.readNumber = function () {
    const token = read.call(this)
    const text = token?.getText() ?? ''
    if (token !== undefined && /^-?\d+\.0+$/.test(text)) token.content = new Even(Number(text))
    else if (token !== undefined && !isKept(text) && Number(text) !== 0) token.content = text
    return token
  }
}

/**
 * Liquid counts the lines before a token from the beginning of the template, for each variable that it finds: 30 s for a template of 64 KiB. Here they are
 * counted once for a text.
 */
function quickPositions(): void {
  let counted: { readonly input: string; readonly starts: readonly number[] } = { input: '', starts: [0] }
  LiquidToken.prototype.getPosition = function () {
    const { input, begin } = this
    if (counted.input !== input) counted = { input, starts: lineStarts(input) }
    const { starts } = counted
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= begin) low = middle
      else high = middle - 1
    }
    return [low + 1, begin - (starts[low] ?? 0) + 1]
  }
}

/** Encodes what a token prints. What is captured is not printed yet. */
function escapeOutput(encode: (value: unknown) => unknown) {
  return function (this: { readonly context: Context }, value: unknown): unknown {
    return this.context.getRegister('capturing') === true ? value : encode(value)
  }
}

/** `date: '%d.%m.%Y'`, on the lead's wall clock; a zone may be named as second argument, or by `time_zone` before. What is no date is printed as it is. */
function date(this: { readonly context: Context }, value: unknown, format?: unknown, zone?: unknown): unknown {
  const moment = momentOf(this.context, value, typeof zone === 'string' ? zone : undefined)
  const pattern = textOf(format) || '%Y-%m-%d %H:%M:%S'
  if (pattern.length > 1000) throw new Error('The format of the date is longer than 1,000 signs.')
  // Reading a date and bringing it into a zone takes 5 to 10 us, each directive one more.
  this.context.renderLimit.use(5 + 2 * pattern.length)
  return moment === undefined ? value : strftime(moment, pattern)
}

/** Braze's `time_zone: 'America/New_York'`: the date that a `date` behind it writes on the clock of that zone. */
function timeZone(this: { readonly context: Context }, value: unknown, zone?: unknown): unknown {
  const moment = momentOf(this.context, value, textOf(zone))
  return moment === undefined ? value : new Zoned(moment)
}

/** A date that knows its zone. Printed without `date` it is what Braze prints: `2026-05-17 06:00:00 -0400`. */
class Zoned extends Drop {
  constructor(readonly moment: Moment) {
    super()
  }

  override valueOf(): string {
    return strftime(this.moment, '%Y-%m-%d %H:%M:%S %z')
  }
}

/** The date that a filter is given, on the clock of a zone: the one that is named, else its own, else the lead's. What is none leaves a note for the journal. */
function momentOf(context: Context, given: unknown, zone: string | undefined): Moment | undefined {
  const { now, zone: leads } = context.getRegister('world') as World
  if (given instanceof Zoned && zone === undefined) return given.moment
  const value = given instanceof Zoned ? given.moment.toInstant().toString() : toValue(given)
  const read = readMoment(value, now, zone ?? leads)
  if (read.is === 'moment') return read.moment
  const notes = context.getRegister('notes') as Set<string> | undefined
  if (read.why !== '' && notes !== undefined && notes.size < MOST_NOTES)
    notes.add(`A date of the template was printed as it stands: ${read.why}.`)
  return undefined
}

/** A loop over a thousand texts is told of by its first ones. */
const MOST_NOTES = 5

/** A value as JSON, quotes and all; null when there is none. */
function json(this: { readonly context: Context }, value: unknown): string {
  return jsonText(this.context.memoryLimit, toValue(value))
}

// Last in the file: they are built when it is loaded, from the classes and lists above.
exactLiterals()
quickPositions()
const textEngine = createEngine('text')
const urlEngine = createEngine('url')
const jsonEngine = createEngine('json')
const formEngine = createEngine('form')
const xmlEngine = createEngine('xml')
