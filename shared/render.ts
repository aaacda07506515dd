import type { Finding } from './problems'
import type { RenderedRequest, WebhookRequest } from './rules/webhook-request'
import type { Memory, World } from './world'

/** Where a template's tokens come from. */
export interface Tokens {
  readonly world: World
  readonly memory: Memory
  readonly campaign: { readonly id: string }
}
export type Rendered =
  | { readonly is: 'rendered'; readonly text: string }
  | { readonly is: 'broken'; readonly reason: string }
export declare function renderText(template: string, tokens: Tokens): Rendered
export declare function checkTemplate(template: string, path: string): Finding[]
export declare function renderRequest(
  request: WebhookRequest,
  tokens: Tokens,
): { readonly is: 'rendered'; readonly request: RenderedRequest } | { readonly is: 'broken'; readonly reason: string }
