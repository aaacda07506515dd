/** Signs that are not seen themselves, and change the order of what stands around them (overrides, embeddings and isolates of text direction) or break it. */
const unseen = /[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu

/**
 * A text of somebody else's, for a line on a screen: an id with an override of direction in it would be read as another one, and so would what stands behind it. What cannot
 * be seen is written out, like `ada[U+202E]moc`; right-to-left scripts need none of these signs. The text itself stays what it is where it is stored, sent and copied.
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, sign => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
}
