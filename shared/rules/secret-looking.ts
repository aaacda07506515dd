import { typedText } from './template-tokens'

/** Keys of known services by their beginnings, and texts too random to be words. */
const KNOWN =
  /\b(?:sk_(?:live|test)_|sk-|xox[abprs]-|gh[pousr]_|github_pat_|AKIA|ASIA|AIza|whsec_|SG\.|pat-|ya29\.|eyJ)[\w.-]{8,}/
const NAMES =
  /(?:^|[-_.])(?:token|secret|password|passwd|pwd|api[-_]?key|apikey|access[-_]?key|auth|authorization|signature|sig|key)$/i

/**
 * What in a text looks like a secret; undefined when nothing does. `name`: what holds it (a header, a parameter). A
 * telling name makes 8 characters suspicious.
 */
export function secretIn(text: string, name = ''): string | undefined {
  // What tokens print is not written here.
  const typed = typedText(text)
  const words = typed.split(/[\s,;"'=&?/]+/)
  const isTelling = NAMES.test(name)
  return (
    KNOWN.exec(typed)?.[0] ??
    words.find(word => isRandom(word) || (isTelling && word.length >= 8 && !/^(bearer|basic)$/i.test(word)))
  )
}

/** A parameter of an address that looks like a secret; an empty name stands for the path. */
export interface SecretParameter {
  readonly name: string
  readonly secret: string
}

export function secretParameters(url: string): SecretParameter[] {
  const [path = '', query = ''] = url.split('#', 1)[0]?.split(/\?(.*)/s) ?? []
  const inPath = secretIn(path.replace(/^[a-z]+:\/\/[^/]*/i, ''))
  const parameters = query.split('&').flatMap(each => {
    const [name = '', value = ''] = each.split(/=(.*)/s)
    const secret = secretIn(value, name)
    return secret === undefined ? [] : [{ name, secret }]
  })
  return [...(inPath === undefined ? [] : [{ name: '', secret: inPath }]), ...parameters]
}

/** A name for a secret, made from the name of what held it: `X-Api-Key` gives `x_api_key`. */
export function secretNameFor(found: string): string {
  const name = found
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 40)
  return name === '' ? 'found_secret' : name
}

/** 32 and more capitals, small letters and digits, or hexadecimal digits that are not all alike. */
function isRandom(word: string): boolean {
  if (word.length < 32) return false
  const isHex = /^[0-9a-f]+$/i.test(word) && new Set(word.toLowerCase()).size > 6
  return isHex || (/^[\w+.~-]+$/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word))
}
