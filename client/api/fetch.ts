import type { z } from 'zod'
import type { Problem } from '#shared/problems'

/** Where the API lives, on the same origin as the screens. */
export const base = '/api/v1'

/** What the API refused, or why it could not be asked. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly problems: readonly Problem[],
    options?: ErrorOptions,
  ) {
    super(detail || title, options)
  }
}

export interface Request {
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE'

/**
 * Asks the API, loads the schema of the answer meanwhile, and parses the answer with it. Each schema comes from a file
 * of its own: those of graphs bring every step kind along (200 KiB), and no list should wait for that. Throws
 * `ApiError` for a refusal, a network failure or an answer of another shape.
 */
export async function ask<S extends z.ZodType>(
  load: () => Promise<S>,
  method: Method,
  path: string,
  request: Request = {},
): Promise<z.output<S>> {
  const [response, schema] = await Promise.all([send(method, path, request), load()])
  return parseAnswer(schema, await readJson(response), path)
}

/** Asks the API where success has no content. */
export async function tell(method: Method, path: string, request: Request = {}): Promise<void> {
  await send(method, path, request)
}

/** The address of an API resource, with its query. Path parts must be encoded by the caller. */
export function addressOf(path: string, query: Request['query'] = {}): string {
  const entries = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  const search = new URLSearchParams(entries).toString()
  return search === '' ? `${base}${path}` : `${base}${path}?${search}`
}

/** Leads to the sign-in page, and from there back to this one. */
export function goToSignIn(): void {
  const { pathname, search, hash } = location
  location.assign(`/sign-in?to=${encodeURIComponent(pathname + search + hash)}`)
}

/**
 * Reads a refusal (problem+json, or whatever a proxy answered) into an `ApiError`. Whoever is signed out meanwhile gets
 * to the sign-in page.
 */
export async function refusal(status: number, text: string): Promise<ApiError> {
  if (status === 401) goToSignIn()
  const parsed = (await import('#shared/api/system')).problemDetailsSchema.safeParse(tryJson(text))
  if (parsed.success) return new ApiError(status, parsed.data.title, parsed.data.detail, parsed.data.problems)
  return new ApiError(status, `The server answered ${status}.`, 'It gave no reason that could be read.', [])
}

/** Parses an answer of success; another shape means that the page and the server are of different versions. */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: unknown, path: string): z.output<S> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new ApiError(
    200,
    'The answer was not understood.',
    `The server's answer to ${path} has an unexpected shape${where === '' ? '' : ` at "${where}"`}. Reload the page; if that does not help, the server and this page are of different versions.`,
    [],
    { cause: parsed.error },
  )
}

async function send(method: Method, path: string, { query, body, signal }: Request): Promise<Response> {
  const response = await fetch(addressOf(path, query), {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw unreachable(cause)
  })
  if (!response.ok) throw await refusal(response.status, await response.text())
  return response
}

/** No answer came: the server is down, or the machine is offline. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError(
    0,
    'The server does not answer.',
    'Hookline may be stopped or restarting, or this machine is offline.',
    [],
    { cause },
  )
}

async function readJson(response: Response): Promise<unknown> {
  return tryJson(await response.text())
}

/** JSON, or undefined where the text is none. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
