/**
 * What begins a formula in a spreadsheet: also full-width and small forms, which some take, and behind invisible signs.
 */
const formula = /^\p{Cf}*[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]/u

/** Would a spreadsheet take this text for a formula (delivery R45)? */
export function isFormula(text: string): boolean {
  return formula.test(text)
}

/** A cell of RFC 4180, in quotes where it needs them. */
export function quoteCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
