import type { TemplateToken } from '../rules/template-tokens'

/** The beginning of a sentence about tokens: `{{lead.name}} and 2 more stand`. */
export function sayTokens(tokens: readonly TemplateToken[]): string {
  const first = `{{${tokens[0]?.inner}}}`
  return tokens.length === 1 ? `${first} stands` : `${first} and ${tokens.length - 1} more stand`
}
