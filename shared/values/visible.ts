/**
 * Characters that nobody sees, but that break or reorder the text around them (overrides, embeddings and isolates of
 * text direction).
 */
const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu

/**
 * Somebody else's text for a line on a screen. An id that overrides the text direction would be read as another id, and
 * so would the text behind it. Invisible characters are written out, like `ada[U+202E]moc`; right-to-left scripts need
 * none of them. What is stored, sent and copied stays unchanged.
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, sign => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
}
