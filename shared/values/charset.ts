/**
 * Which encoding the text of an answer is in. In order: what its content type says, what its XML declaration says, its
 * byte order mark, UTF-8 (RFC 9110, 8.3.2; RFC 7303, 3 for XML). The decoder knows which names exist.
 */

/** The name in lower case. `contentType` is the header, `bytes` the beginning of the body. */
export function charsetOf(contentType: string, bytes: Uint8Array): string {
  const said = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,]+))/i.exec(contentType)
  const mark = byMark(bytes)
  const named = (said?.[1] ?? said?.[2] ?? said?.[3] ?? inProlog(bytes) ?? '').trim().toLowerCase()
  // UTF-16 that does not name its byte order takes it from the mark.
  if (/^(utf-?16|ucs-?2|iso-10646-ucs-2|unicode)$/.test(named)) return mark === 'utf-16be' ? mark : 'utf-16le'
  return named === '' ? (mark ?? 'utf-8') : named
}

function byMark(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0xff && b === 0xfe ? 'utf-16le' : undefined
}

/** A declaration is written in ASCII, and nothing stands before it. */
function inProlog(bytes: Uint8Array): string | undefined {
  const start = bytes[0] === 0xef ? 3 : 0
  if (bytes[start] !== 0x3c) return undefined
  let head = ''
  for (let i = start; i < Math.min(bytes.length, start + 200); i++) head += String.fromCharCode(bytes[i] as number)
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/i.exec(head)?.[1]
}
