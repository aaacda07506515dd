/**
 * The few parts of LiquidJS 10.30.1 that this room uses. The package's own types bring Node's types along, and shared/
 * would then compile `process` and `fetch`. The browser build runs on the server too, so that a preview is rendered by
 * the very same code.
 */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export class Token {
    readonly input: string
    readonly begin: number
    /** Of literals and single names. */
    readonly content?: unknown
    /** Of paths: what stands before the first name where it is no name, and the names. */
    readonly variable?: Token
    readonly props?: readonly Token[]
    getPosition(): [line: number, column: number]
  }
  export interface Template {
    readonly token: Token
    /** Of a piece of text between tokens and tags. */
    readonly str?: string
  }
  /** A filter where it stands in a token. */
  export interface Filtering {
    readonly handler: Filter
    readonly args: readonly (Token | readonly [name: string, value: Token])[]
  }
  export interface Emitter {
    buffer: string
    write(value: unknown): void
  }
  export interface Limiter {
    use(count: number): void
    check(count: number): void
  }
  export interface Variable {
    readonly segments: readonly unknown[]
    readonly location: { readonly row: number; readonly col: number }
  }
  export type Step = Generator<unknown, unknown, unknown>
  export type Filter = (this: { readonly context: Context }, value: unknown, ...args: unknown[]) => unknown
  export type Operator = (left: unknown, right: unknown, context: Context) => unknown

  export class Context {
    constructor(
      scope: object,
      options: object,
      renderOptions: { readonly sync: boolean },
      own: { readonly memoryLimit: Limiter; readonly renderLimit: Limiter; readonly liquid: Liquid },
    )
    readonly memoryLimit: Limiter
    readonly renderLimit: Limiter
    readonly environments: Record<string, unknown>
    findScope(key: string): unknown
    bottom(): Record<string, unknown>
    push(scope: object): void
    pop(): void
    breakCalled: boolean
    continueCalled: boolean
    readProperty(value: unknown, key: unknown): unknown
    getRegister(key: string): unknown
    setRegister(key: string, value: unknown): void
  }
  export class Liquid {
    constructor(options: {
      readonly templates: Readonly<Record<string, string>>
      readonly strictFilters: boolean
      readonly ownPropertyOnly: boolean
      readonly parseLimit: number
      readonly operators: Readonly<Record<string, Operator>>
      readonly outputEscape?: Filter
    })
    readonly options: object
    readonly tags: Record<string, unknown>
    readonly filters: Record<string, unknown>
    readonly renderer: { renderTemplates(templates: readonly Template[], context: Context, emitter: Emitter): Step }
    parse(template: string): Template[]
    analyzeSync(templates: readonly Template[]): { readonly globals: Readonly<Record<string, readonly Variable[]>> }
    registerTag(name: string, tag: unknown): void
    registerFilter(name: string, filter: Filter | { readonly handler: Filter; readonly raw: boolean }): void
  }
  export class Output implements Template {
    readonly token: Token
    readonly value: {
      readonly initial: { readonly postfix: readonly Token[] }
      readonly filters: readonly Filtering[]
      value(context: Context, lenient: boolean): Step
    }
  }
  export class CaptureTag {
    readonly liquid: Liquid
    readonly variable: string
    readonly templates: readonly Template[]
    render(context: Context): Step
  }
  export class Tokenizer {
    skipBlank(): void
    peek(): string
    advance(): void
    end(): boolean
    readFilteredValue(): object
    readNumber(): { content: unknown; getText(): string } | undefined
  }
  export class Value {
    constructor(input: object, liquid: Liquid)
    value(context: Context, lenient: boolean): Step
  }
  export interface Parser {
    parseToken(token: Token, rest: Token[]): Template
  }
  export class Tag implements Template {
    constructor(token: Token, rest: Token[], liquid: Liquid)
    readonly token: Token
    readonly name: string
    readonly liquid: Liquid
    readonly tokenizer: Tokenizer
  }
  export class AssignTag {
    readonly key: string
    render(context: Context): Step
  }
  export class TablerowTag extends Tag {
    readonly variable: string
    readonly collection: Token
    readonly args: { render(context: Context): Step }
    readonly templates: readonly Template[]
    render(context: Context, emitter: Emitter): Step
  }
  export function evalToken(token: Token, context: Context): Step
  export class Drop {
    valueOf(): unknown
  }
  export const filters: Readonly<Record<string, Filter>>
  export const defaultOperators: Readonly<Record<string, Operator>>
  export function toValueSync(step: unknown): unknown
  export function toValue(value: unknown): unknown
}
