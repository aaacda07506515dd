import { describe, expect, it } from 'vitest'
import { basicPlaceholder, hidePlaceholders, restorePlaceholders, secretPlaceholder } from '#shared/rules/secrets'

const mark = '0123456789abcdef01234567'
const sent = `{"key":"${secretPlaceholder(mark, 'crm_key')}","again":"${secretPlaceholder(mark, 'crm_key')}","basic":"${basicPlaceholder(mark, 'me', 'pass')}"}`

describe('a request that is shown for editing', () => {
  it('names its secrets, and holds nothing of their placeholders', () => {
    expect(hidePlaceholders(sent)).toBe('{"key":"(secret.crm_key)","again":"(secret.crm_key)","basic":"(secret.pass)"}')
  })

  it('has its placeholders again when it comes back edited', () => {
    const edited = hidePlaceholders(sent).replace('again', 'edited')

    expect(restorePlaceholders(edited, sent)).toBe(sent.replace('again', 'edited'))
  })

  it('gives no placeholder to a name that the original did not hold', () => {
    expect(restorePlaceholders('(secret.other) (secret.crm_key)', 'nothing')).toBe('(secret.other) (secret.crm_key)')
  })
})
