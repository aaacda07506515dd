/** What divides the cells of a CSV file. */
export type Delimiter = ',' | ';' | '\t'

/** The delimiter that divides the first line most often, outside of quotes; a comma when none does. `head` is text without its byte order mark. */
export function delimiterOf(head: string): Delimiter {
  const line = firstLine(head).replaceAll(/"(?:[^"]|"")*"/g, '')
  const times = (delimiter: string) => line.split(delimiter).length - 1
  return ([',', ';', '\t'] as const).toSorted((a, b) => times(b) - times(a))[0] ?? ','
}

/** Quoted cells of the header may hold line ends. */
function firstLine(head: string): string {
  const quoted = /^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(head.trimStart())
  return quoted?.[0] ?? ''
}
