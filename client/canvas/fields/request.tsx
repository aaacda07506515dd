import { NativeSelect, SegmentedControl, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import { type FieldOf, type FieldProps, ProblemsAt, problemAt, replaced, without } from './field'
import styles from './fields.module.css'
import { RequestPreview } from './RequestPreview'
import { AddButton, Row } from './rows'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const bodies = [
  { value: 'pairs', label: 'Key and value' },
  { value: 'text', label: 'Raw text' },
  { value: 'none', label: 'None' },
]

/** A webhook request: method, address, headers, body, and what will really be sent. */
export function RequestField(props: FieldProps<WebhookRequest, FieldOf<'request'>>) {
  const { value, onChange, path, problems } = props
  const set = (change: Partial<WebhookRequest>) => onChange({ ...value, ...change })
  return (
    <>
      <Part title="Address">
        <div className={styles.pair}>
          <NativeSelect
            aria-label="Method"
            data={methods}
            value={value.method}
            onChange={event => set({ method: event.currentTarget.value as WebhookRequest['method'] })}
            w={104}
          />
          <TextInput
            aria-label="URL"
            data-path={`${path}.url`}
            placeholder="https://crm.example.com/leads"
            maxLength={4096}
            value={value.url}
            error={problems.some(p => p.path === `${path}.url`)}
            onChange={event => set({ url: event.currentTarget.value })}
            classNames={{ input: styles.mono ?? '' }}
            className={styles.grow ?? ''}
          />
        </div>
        <ProblemsAt problems={problems} path={`${path}.url`} />
      </Part>
      <Part title="Headers">
        <Headers
          {...{ value: value.headers, onChange: headers => set({ headers }), path: `${path}.headers`, problems }}
        />
      </Part>
      <Part title="Body">
        <SegmentedControl
          aria-label="Kind of body"
          data={bodies}
          value={value.body.as}
          onChange={as => set({ body: freshBody(as, value.body) })}
          size="xs"
        />
        <Body {...{ value: value.body, onChange: body => set({ body }), path: `${path}.body`, problems }} />
        <ProblemsAt problems={problems} path={`${path}.body`} />
        <TokenHint />
      </Part>
      <Part title="What will be sent">
        <RequestPreview request={value} />
      </Part>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.several}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

interface PartProps<V> {
  readonly value: V
  readonly onChange: (value: V) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function Headers({ value, onChange, path, problems }: PartProps<WebhookRequest['headers']>) {
  return (
    <>
      {value.map((header, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange(without(value, i))} label={`the header ${header.name}`}>
            <TextInput
              aria-label="Header name"
              data-path={`${path}.${i}`}
              placeholder="X-Source"
              maxLength={200}
              value={header.name}
              onChange={event => onChange(replaced(value, i, { ...header, name: event.currentTarget.value }))}
              classNames={{ input: styles.mono ?? '' }}
              w={128}
            />
            <TextInput
              aria-label="Header value"
              placeholder="hookline"
              maxLength={4096}
              value={header.value}
              onChange={event => onChange(replaced(value, i, { ...header, value: event.currentTarget.value }))}
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => onChange([...value, { name: '', value: '' }])}>Add a header</AddButton>
    </>
  )
}

type Body = WebhookRequest['body']

function Body({ value, onChange, path, problems }: PartProps<Body>) {
  if (value.as === 'none') return <p className={styles.nothing}>The request has no body.</p>
  if (value.as === 'text')
    return (
      <>
        <TextInput
          label="Content type"
          maxLength={200}
          value={value.contentType}
          onChange={event => onChange({ ...value, contentType: event.currentTarget.value })}
          classNames={{ input: styles.mono ?? '' }}
        />
        <Textarea
          label="Text"
          data-path={`${path}.text`}
          autosize
          minRows={6}
          maxRows={18}
          maxLength={65_536}
          value={value.text}
          error={problemAt(problems, `${path}.text`)}
          onChange={event => onChange({ ...value, text: event.currentTarget.value })}
          classNames={{ input: styles.mono ?? '' }}
          spellCheck={false}
        />
      </>
    )
  const { pairs } = value
  return (
    <>
      {pairs.map((pair, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is nothing but its place in the list
        <div key={i}>
          <Row remove={() => onChange({ as: 'pairs', pairs: without(pairs, i) })} label={`the line ${pair.key}`}>
            <TextInput
              aria-label="Key"
              data-path={`${path}.pairs.${i}`}
              placeholder="email"
              maxLength={200}
              value={pair.key}
              onChange={event =>
                onChange({ as: 'pairs', pairs: replaced(pairs, i, { ...pair, key: event.currentTarget.value }) })
              }
              classNames={{ input: styles.mono ?? '' }}
              w={128}
            />
            <TextInput
              aria-label={`Value of ${pair.key || 'the line'}`}
              placeholder="{{ lead.email }}"
              maxLength={32_768}
              value={pair.value}
              onChange={event =>
                onChange({ as: 'pairs', pairs: replaced(pairs, i, { ...pair, value: event.currentTarget.value }) })
              }
              classNames={{ input: styles.mono ?? '' }}
              className={styles.grow ?? ''}
            />
          </Row>
          <ProblemsAt problems={problems} path={`${path}.pairs.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => onChange({ as: 'pairs', pairs: [...pairs, { key: '', value: '' }] })}>
        Add a line
      </AddButton>
    </>
  )
}

function TokenHint() {
  return (
    <p className={styles.help}>
      Tokens: <code>{'{{ lead.email }}'}</code> <code>{'{{ lead.external_id }}'}</code>{' '}
      <code>{'{{ event.plan }}'}</code> <code>{'{{ response.id }}'}</code> <code>{'{{ system.sandbox }}'}</code>, with
      Liquid filters: <code>{"{{ lead.name | default: 'friend' }}"}</code>
    </p>
  )
}

/** Another kind of body starts empty; pairs become the JSON that they were. */
function freshBody(as: string, before: Body): Body {
  if (as === before.as) return before
  if (as === 'pairs') return { as: 'pairs', pairs: [{ key: '', value: '' }] }
  if (as === 'none') return { as: 'none' }
  const text =
    before.as === 'pairs' ? JSON.stringify(Object.fromEntries(before.pairs.map(p => [p.key, p.value])), null, 2) : ''
  return { as: 'text', text, contentType: 'application/json' }
}
