import type { Emitter, Limiter } from 'liquidjs/dist/liquid.browser.mjs'
import { textOf } from './text-of'
import { placeAfter, type XmlPlace, xmlEncode } from './xml-text'

/** Where Liquid writes to. The limit holds while it writes, not afterwards. */
export class Writer implements Emitter {
  buffer = ''
  constructor(private readonly limiter: Limiter) {}

  write(value: unknown): void {
    const text = textOf(value)
    this.limiter.use(text.length)
    this.buffer += text
  }
}

/** A value on its way into XML. How it is written depends on the place where it is printed. */
export class InXml {
  constructor(readonly text: string) {}
}

/** Writes XML. The template's own text stays as it is, and no value can close anything. */
export class XmlWriter extends Writer {
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

/** Collects what is printed, piece by piece. */
export class Pieces implements Emitter {
  readonly pieces: unknown[] = []
  buffer = ''

  write(piece: unknown): void {
    this.pieces.push(piece)
  }

  get said(): string {
    return this.pieces.map(piece => (piece instanceof InXml ? piece.text : textOf(piece))).join('')
  }
}
