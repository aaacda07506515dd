// Values in XML. A value is data wherever it is printed, in an element, an attribute, a CDATA section or a comment, and
// can close none of them.

const ENTITIES: { readonly [sign: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser makes blanks of these in an attribute, and of a carriage return everywhere (XML 1.0, 2.11 and 3.3.3).
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Where in an XML document a text ends. */
export type XmlPlace = 'markup' | 'cdata' | 'comment'

/** Where a text of the template leads to, from the place where it began. */
export function placeAfter(text: string, from: XmlPlace): XmlPlace {
  let place = from
  for (let at = 0; ; ) {
    if (place === 'markup') {
      const cdata = text.indexOf('<![CDATA[', at)
      const comment = text.indexOf('<!--', at)
      if (cdata === -1 && comment === -1) return place
      const isComment = cdata === -1 || (comment !== -1 && comment < cdata)
      place = isComment ? 'comment' : 'cdata'
      at = isComment ? comment + 4 : cdata + 9
    } else {
      const end = text.indexOf(place === 'cdata' ? ']]>' : '-->', at)
      if (end === -1) return place
      place = 'markup'
      at = end + 3
    }
  }
}

/**
 * A value as it is written at a place. `before`: the last two characters in front of it. What XML cannot hold becomes
 * U+FFFD.
 */
export function xmlEncode(value: string, place: XmlPlace, before = ''): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
  const text = value.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  if (place === 'markup') return text.replaceAll(/[&<>"'\t\n\r]/g, sign => ENTITIES[sign] ?? sign)
  if (place === 'cdata') return (before + text).replaceAll(']]>', ']]]]><![CDATA[>').slice(before.length)
  // Nothing can be escaped in a comment, and two dashes may not follow each other there.
  return text.replaceAll(/-(?=-)|-$/g, '- ').replace(/^-/, ' -')
}
