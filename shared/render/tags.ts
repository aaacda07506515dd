import {
  AssignTag,
  CaptureTag,
  type Context,
  type Emitter,
  evalToken,
  type Liquid,
  type Parser,
  TablerowTag,
  Tag,
  type Template,
  type Token,
  type Tokenizer,
  toValue,
  Value,
} from 'liquidjs/dist/liquid.browser.mjs'
import { charge } from './budget'
import * as numbers from './numbers'
import { textOf } from './text-of'
import { Pieces, Writer } from './writers'

export class ChargedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    const outer = context.getRegister('capturing')
    const writer = new Writer(context.memoryLimit)
    context.setRegister('capturing', true)
    yield this.liquid.renderer.renderTemplates(this.templates, context, writer)
    context.setRegister('capturing', outer)
    context.bottom()[this.variable] = writer.buffer
  }
}

export class ChargedAssign extends AssignTag {
  override *render(context: Context): Generator<unknown, void, unknown> {
    yield super.render(context)
    charge(context.memoryLimit, context.bottom()[this.key])
  }
}

/** `{% abort_message('reason') %}`: this lead is not to be sent to. */
export class AbortMessage extends Tag {
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

/** A tag that encloses something, up to its end tag. */
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
export class Doc extends Block {
  override add(): void {
    // A description may hold anything.
  }

  render(): void {
    // Nothing is printed.
  }
}

/** `{% ifchanged %}`: prints its content unless it equals what the last one printed. */
export class IfChanged extends Block {
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

/** `{% tablerow %}`, with the line breaks of Shopify's. */
export class TableRow extends TablerowTag {
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

export class AbortedSend extends Error {
  override readonly name = 'AbortedSend'
}

function readReason(tokenizer: Tokenizer, liquid: Liquid): Value | undefined {
  tokenizer.skipBlank()
  if (tokenizer.peek() === '(') tokenizer.advance()
  tokenizer.skipBlank()
  if (tokenizer.end() || tokenizer.peek() === ')') return undefined
  return new Value(tokenizer.readFilteredValue(), liquid)
}
