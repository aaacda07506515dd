import type { JsonObject } from '../json'
import { liftSecrets, secretMask, secretName } from '../rules/secrets'
import type { RenderedRequest } from '../rules/webhook-request'
import { sha256, toHex, utf8 } from './hash'

let renderings = 0

/**
 * What stands for secrets while a request is rendered, because templates make texts and encoders change them. The mark
 * in it is new for every rendering. It never leaves the rendering: `lift` puts positions in its place. So nobody who
 * brings a value along can know it.
 */
export class Seals implements ProxyHandler<JsonObject> {
  readonly #mark: string | undefined
  #sign = ''

  /**
   * `mark`: drawn by this process and shown to nobody. Undefined: nothing is sent (a preview), and secrets are just
   * masks.
   */
  constructor(mark: string | undefined) {
    this.#mark = mark
  }

  /** The scope `secret`: every possible name of a secret finds a seal, and no template can reach a value. */
  names(): JsonObject {
    return new Proxy<JsonObject>({}, this)
  }

  get(_: JsonObject, name: string | symbol): string | undefined {
    return typeof name === 'string' && secretName.test(name) ? this.#write(name) : undefined
  }

  getOwnPropertyDescriptor(_: JsonObject, name: string | symbol): PropertyDescriptor | undefined {
    const value = this.get(_, name)
    return value === undefined ? undefined : { value, configurable: true, enumerable: true }
  }

  /** Letters, digits, dashes and underscores, which every encoder leaves alone. */
  #write(name: string): string {
    if (this.#mark === undefined) return secretMask(name)
    if (this.#sign === '') this.#sign = toHex(sha256(utf8(`${this.#mark} ${++renderings}`))).slice(0, 32)
    return `hk-${this.#sign}-s-${name}-`
  }

  /** The request as it is stored. A request that names no secret comes back unchanged. */
  lift(request: RenderedRequest): RenderedRequest {
    if (this.#sign === '') return request
    // Searched as text, not by a pattern: a pattern would take what a value has put in front of our seal for a part of
    // it.
    const begin = `hk-${this.#sign}-s-`
    return liftSecrets(request, (text, from) => {
      const at = text.indexOf(begin, from)
      if (at === -1) return undefined
      const end = text.indexOf('-', at + begin.length)
      return { from: at, to: end + 1, ref: { as: 'value', secret: text.slice(at + begin.length, end) } }
    })
  }

  /** A sentence about the rendering, which may quote a part of what was rendered. */
  hide(sentence: string): string {
    if (this.#sign === '') return sentence
    const piece = /(?:hk-([0-9a-f]{4,32})|([0-9a-f]{8,32}))(?:-s-([a-z0-9_]*)-?)?/g
    return sentence.replaceAll(piece, (found, begun?: string, inside?: string, name?: string) => {
      const isOurs = begun === undefined ? this.#sign.includes(inside ?? '') : this.#sign.startsWith(begun)
      return isOurs ? secretMask(name || '...') : found
    })
  }
}
