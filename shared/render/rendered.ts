import type { Json } from '../json'
import type { RenderedRequest } from '../rules/webhook-request'

export type Broken = { readonly is: 'broken'; readonly reason: string }
/** The template itself said not to send to this lead (`abort_message`). */
export type Aborted = { readonly is: 'aborted'; readonly reason: string }
export type Unrendered = Broken | Aborted
export type Rendered = { readonly is: 'rendered'; readonly text: string } | Unrendered
export type RenderedValue = { readonly is: 'value'; readonly value: Json } | Unrendered
/** `notes`: sentences about the rendering for the journal; absent when all went well. */
export type RequestRendered =
  | { readonly is: 'rendered'; readonly request: RenderedRequest; readonly notes?: readonly string[] }
  | Unrendered

/** How the templates of a request are rendered, for one lead. */
export interface Renderers {
  readonly text: (template: string) => Rendered
  /** Percent-encodes what tokens print. */
  readonly url: (template: string) => Rendered
  /** Writes what tokens print as JSON, quotes and all. */
  readonly json: (template: string) => Rendered
  /** Encodes what tokens print for a form. */
  readonly form: (template: string) => Rendered
  /** Writes what tokens print as XML, so that no value can close anything. */
  readonly xml: (template: string) => Rendered
  /** Keeps the type of a template that is one single token. */
  readonly value: (template: string) => RenderedValue
}

export function broken(reason: string): Broken {
  return { is: 'broken', reason }
}

/** Says which part of the request is meant: "The address is empty.", "The body: There is no filter ...". */
export function inPart(part: string, unrendered: Unrendered): Unrendered {
  if (unrendered.is === 'aborted') return unrendered
  const { reason } = unrendered
  return broken(/^[a-z]/.test(reason) ? `${part} ${reason}` : `${part}: ${reason}`)
}
