import { Switch, TextInput } from '@mantine/core'
import type { Language, WebhookRequest } from '#shared/rules/webhook-request'
import { TokenInput } from '../code/TokenInput'
import { useTokens } from '../code/tokens'
import { BodyField } from './body'
import { ProblemsAt, replaced, without } from './field'
import styles from './fields.module.css'
import type { PartProps } from './request'
import { AddButton, Row } from './rows'

/** What is said differently to leads of one language; all else is said as above. */
export function Languages({ value: request, onChange, path, problems }: PartProps<WebhookRequest>) {
  const { languages = [], ...base } = request
  const tokens = useTokens()
  const set = (next: readonly Language[]) => onChange(next.length === 0 ? base : { ...base, languages: [...next] })
  return (
    <>
      {languages.length === 0 && (
        <p className={styles.nothing}>Every lead is sent the same. The lead's language or locale can choose another.</p>
      )}
      {languages.map((said, i) => {
        const { url, body, ...rest } = said
        const change = (next: Language) => set(replaced(languages, i, next))
        const at = `${path}.${i}`
        const name = said.language || 'this language'
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a language is nothing but its place in the list
          <div key={i} className={styles.options}>
            <Row remove={() => set(without(languages, i))} label={`the language ${said.language}`}>
              <TextInput
                aria-label="Language"
                data-path={at}
                placeholder="de or pt-BR"
                maxLength={35}
                value={said.language}
                onChange={event => change({ ...said, language: event.currentTarget.value })}
                className={styles.grow ?? ''}
              />
            </Row>
            <ProblemsAt problems={problems} path={at} />
            <Switch
              label={`Another address for ${name}`}
              checked={url !== undefined}
              onChange={event =>
                change({ ...rest, ...(body && { body }), ...(event.currentTarget.checked && { url: base.url }) })
              }
            />
            {url !== undefined && (
              <TokenInput
                aria-label={`URL for ${name}`}
                data-path={`${at}.url`}
                maxLength={4096}
                tokens={tokens}
                value={url}
                onChange={next => change({ ...said, url: next })}
              />
            )}
            <ProblemsAt problems={problems} path={`${at}.url`} />
            <Switch
              label={`Another body for ${name}`}
              checked={body !== undefined}
              onChange={event =>
                change({
                  ...rest,
                  ...(url !== undefined && { url }),
                  ...(event.currentTarget.checked && { body: base.body }),
                })
              }
            />
            {body !== undefined && (
              <BodyField
                value={body}
                onChange={next => change({ ...said, body: next })}
                path={`${at}.body`}
                problems={problems}
              />
            )}
          </div>
        )
      })}
      <AddButton onClick={() => set([...languages, { language: '' }])}>Add a language</AddButton>
    </>
  )
}
