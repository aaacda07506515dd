import { liftSecrets, secretMask } from '../rules/secrets'
import type { RenderedRequest } from '../rules/webhook-request'
import { sha256, toHex, utf8 } from './hash'

let renderings = 0

/**
 * What stands for secrets while a request is rendered: templates make texts, and encoders change them. The sign in it is new for every rendering and never leaves
 * it, because `lift` puts positions in its place; whoever brought a value along could not know it.
 */
export class Seals {
  readonly #mark: string | undefined
  #sign = ''

  /** `mark`: drawn by this process and shown to nobody. Undefined: nothing is sent (previews), and secrets are masks and no more. */
  constructor(mark: string | undefined) {
    this.#mark = mark
  }

  /** What `{{ secret.NAME }}` prints until the rendering ends: letters, digits, dashes and underscores, which every encoder leaves alone. */
  write(name: string): string {
    if (this.#mark === undefined) return secretMask(name)
    if (this.#sign === '') this.#sign = toHex(sha256(utf8(`${this.#mark} ${++renderings}`))).slice(0, 32)
    return `hk-${this.#sign}-s-${name}-`
  }

  /** The request as it is stored. One that names no secret comes back as it is. */
  lift(request: RenderedRequest): RenderedRequest {
    if (this.#sign === '') return request
    const found = new RegExp(`hk-${this.#sign}-s-([a-z][a-z0-9_]*)-`, 'g')
    return liftSecrets(request, found, ([, secret = '']) => ({ as: 'value', secret }))
  }
}
