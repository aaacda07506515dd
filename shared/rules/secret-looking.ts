/** Keys of known services by how they begin, and texts too random to be words. */
const KNOWN =
  /\b(?:sk_(?:live|test)_|sk-|xox[abprs]-|gh[pousr]_|github_pat_|AKIA|ASIA|AIza|whsec_|SG\.|pat-|ya29\.|eyJ)[\w.-]{8,}/
const NAMES =
  /(?:^|[-_.])(?:token|secret|password|passwd|pwd|api[-_]?key|apikey|access[-_]?key|auth|authorization|signature|sig|key)$/i

/** Does a text hold something that looks like a secret? `name`: what it is called (a header, a parameter); a telling name makes 8 signs suspicious. */
export function looksSecret(text: string, name = ''): boolean {
  // What tokens print is not written here.
  const typed = text.replaceAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, ' ')
  if (KNOWN.test(typed)) return true
  const words = typed.split(/[\s,;"'=&?/]+/)
  return words.some(word => isRandom(word) || (NAMES.test(name) && word.length >= 8 && !/^(bearer|basic)$/i.test(word)))
}

/** The parameters of an address that look like secrets, by name; empty names stand for the path. */
export function secretParameters(url: string): string[] {
  const [path = '', query = ''] = url.split('#', 1)[0]?.split(/\?(.*)/s) ?? []
  const suspicious = query.split('&').filter(each => {
    const [name = '', value = ''] = each.split(/=(.*)/s)
    return looksSecret(value, name)
  })
  return [
    ...(looksSecret(path.replace(/^[a-z]+:\/\/[^/]*/i, '')) ? [''] : []),
    ...suspicious.map(each => each.split('=', 1)[0] ?? ''),
  ]
}

/** 32 signs and more of capitals, small letters and digits, or of hexadecimal digits that are not all alike. */
function isRandom(word: string): boolean {
  if (word.length < 32) return false
  const isHex = /^[0-9a-f]+$/i.test(word) && new Set(word.toLowerCase()).size > 6
  return isHex || (/^[\w+.~-]+$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word))
}
