import { NativeSelect, TextInput } from '@mantine/core'
import { memo, type ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import { asProfile } from '#shared/rules/content-type'
import type { ProfileName } from '#shared/rules/delivery'
import type { WebhookRequest } from '#shared/rules/webhook-request'
import type { Completion } from '../code/complete'
import { TokenInput } from '../code/TokenInput'
import { useTokens } from '../code/tokens'
import { BodyField } from './body'
import { type FieldOf, type FieldProps, ProblemsAt, replaced, without } from './field'
import styles from './fields.module.css'
import { Languages } from './languages'
import { PasteCurl } from './PasteCurl'
import { RequestPreview } from './RequestPreview'
import { AddButton, Row, useSteady } from './rows'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A webhook request: method, address, headers, body, and what will really be sent. */
export function RequestField(props: FieldProps<WebhookRequest, FieldOf<'request'>>) {
  const { value, onChange, path, problems, config } = props
  const tokens = useTokens()
  const set = (change: Partial<WebhookRequest>) => onChange({ ...value, ...change })
  return (
    <>
      <PasteCurl onRead={onChange} />
      <Part title="Address">
        <div className={styles.pair}>
          <NativeSelect
            aria-label="Method"
            data={methods}
            value={value.method}
            onChange={event => set({ method: event.currentTarget.value as WebhookRequest['method'] })}
            w={104}
          />
          <TokenInput
            aria-label="URL"
            data-path={`${path}.url`}
            placeholder="https://crm.example.com/leads"
            maxLength={4096}
            tokens={tokens}
            value={value.url}
            error={problems.some(p => p.path === `${path}.url`)}
            onChange={url => set({ url })}
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
        <BodyField {...{ value: value.body, onChange: body => set({ body }), path: `${path}.body`, problems }} />
        <TokenHint />
      </Part>
      <Part title="Languages">
        <Languages {...{ value, onChange, path: `${path}.languages`, problems }} />
      </Part>
      <Part title="What will be sent">
        <RequestPreview request={asProfile(value, config['profile'] as ProfileName)} />
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

export interface PartProps<V> {
  readonly value: V
  readonly onChange: (value: V) => void
  readonly path: string
  readonly problems: readonly Problem[]
}

function Headers({ value, onChange, path, problems }: PartProps<WebhookRequest['headers']>) {
  const tokens = useTokens()
  const set = useSteady((at: number, header: Header | null) =>
    onChange(header === null ? without(value, at) : replaced(value, at, header)),
  )
  return (
    <>
      {value.map(({ name, value: text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header is nothing but its place in the list
        <div key={i}>
          <HeaderLine {...{ at: i, path: `${path}.${i}`, name, text, tokens, set }} />
          <ProblemsAt problems={problems} path={`${path}.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => onChange([...value, { name: '', value: '' }])}>Add a header</AddButton>
    </>
  )
}

type Header = WebhookRequest['headers'][number]

interface HeaderLineProps {
  readonly at: number
  readonly path: string
  readonly name: string
  readonly text: string
  readonly tokens: readonly Completion[]
  readonly set: (at: number, header: Header | null) => void
}

const HeaderLine = memo(function HeaderLine({ at, path, name, text, tokens, set }: HeaderLineProps) {
  return (
    <Row remove={() => set(at, null)} label={`the header ${name}`}>
      <TextInput
        aria-label="Header name"
        data-path={path}
        placeholder="X-Source"
        maxLength={200}
        value={name}
        onChange={event => set(at, { name: event.currentTarget.value, value: text })}
        classNames={{ input: styles.mono ?? '' }}
        w={128}
      />
      <TokenInput
        aria-label="Header value"
        placeholder="hookline"
        maxLength={4096}
        tokens={tokens}
        value={text}
        onChange={value => set(at, { name, value })}
        className={styles.grow ?? ''}
      />
    </Row>
  )
})

function TokenHint() {
  return (
    <p className={styles.help}>
      Tokens: <code>{'{{ lead.email }}'}</code> <code>{'{{ lead.external_id }}'}</code>{' '}
      <code>{'{{ event.plan }}'}</code> <code>{'{{ response.id }}'}</code> <code>{'{{ system.sandbox }}'}</code>, with
      Liquid filters: <code>{"{{ lead.name | default: 'friend' }}"}</code>
    </p>
  )
}
