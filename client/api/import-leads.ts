import type { ImportView } from '#shared/api'
import { ApiError, addressOf, parseAnswer, refusal, tryJson, unreachable } from './fetch'

/** Which column is what. `columns` maps a column's name to the attribute that it fills. */
export interface ImportMapping {
  readonly id: string
  readonly timeZone: string | null
  /** A list that all of these leads are put on; null for none. */
  readonly list: string | null
  readonly columns: readonly { readonly column: string; readonly attribute: string }[]
}

interface Upload {
  readonly signal: AbortSignal
  /** Share of the file that has left this machine, 0 to 1. */
  readonly onSent: (share: number) => void
}

const path = '/leads/import'

/**
 * Uploads a CSV file and answers when the server has taken it; follow the rows with `api.importState`. XMLHttpRequest,
 * because fetch does not tell how much of a body was sent. Throws `ApiError`; an abort rejects with the signal's
 * reason.
 */
export function importLeads(file: File, mapping: ImportMapping, { signal, onSent }: Upload): Promise<ImportView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', addressOf(path, queryOf(file, mapping)))
    request.setRequestHeader('content-type', 'text/csv')
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 1 : loaded / total)
    request.onerror = () => reject(unreachable(undefined))
    request.onabort = () => reject(signal.reason)
    request.onload = () => readAnswer(request.status, request.responseText).then(resolve, reject)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

async function readAnswer(status: number, text: string): Promise<ImportView> {
  if (status < 200 || status > 299) throw await refusal(status, text)
  return parseAnswer((await import('#shared/api/imports')).importSchema, tryJson(text), path)
}

function queryOf({ name }: File, { id, timeZone, columns, list }: ImportMapping) {
  return {
    id,
    name: name.slice(0, 200),
    time_zone: timeZone ?? undefined,
    list: list ?? undefined,
    columns: columns.map(({ column, attribute }) => `${column}:${attribute}`).join(','),
  }
}

/** Where the refused rows of an import are downloaded from. */
export function rejectedRowsAddress(importId: string): string {
  return addressOf(`${path}/${encodeURIComponent(importId)}/rejected`)
}

/** Is this the user's own cancellation, and not a failure? */
export function isAbort(error: unknown): boolean {
  return !(error instanceof ApiError) && error instanceof DOMException && error.name === 'AbortError'
}
