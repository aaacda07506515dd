import { NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { memo } from 'react'
import type { Body, Encoding, PairType } from '#shared/rules/webhook-request'
import { CodeField } from '../code/CodeField'
import type { Completion } from '../code/complete'
import { TokenInput } from '../code/TokenInput'
import { useTokens } from '../code/tokens'
import { ProblemsAt, replaced, without } from './field'
import styles from './fields.module.css'
import type { PartProps } from './request'
import { AddButton, Row, useSteady } from './rows'

const bodies = [
  { value: 'pairs', label: 'Key and value' },
  { value: 'form', label: 'Form' },
  { value: 'text', label: 'Raw text' },
  { value: 'none', label: 'None' },
]

const types: readonly { value: PairType; label: string }[] = [
  { value: 'auto', label: 'Auto' },
  { value: 'string', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes/no' },
  { value: 'json', label: 'JSON' },
  { value: 'liquid', label: 'Liquid' },
]

const encodings: readonly { value: Encoding; label: string }[] = [
  { value: 'auto', label: 'As the content type asks' },
  { value: 'json', label: 'As JSON, quotes and all' },
  { value: 'form', label: 'Encoded for a form' },
  { value: 'xml', label: 'Escaped for XML' },
  { value: 'none', label: 'As they are' },
]

/** The body of a request: its kind, and what is in it. */
export function BodyField(props: PartProps<Body>) {
  const { value, onChange, path, problems } = props
  return (
    <>
      <SegmentedControl
        aria-label="Kind of body"
        data={bodies}
        value={value.as}
        onChange={as => onChange(freshBody(as, value))}
        size="xs"
      />
      {value.as === 'none' && <p className={styles.nothing}>The request has no body.</p>}
      {value.as === 'text' && <Raw {...props} value={value} />}
      {(value.as === 'pairs' || value.as === 'form') && <Pairs {...props} value={value} />}
      <ProblemsAt problems={problems} path={path} />
    </>
  )
}

function Raw({ value, onChange, path, problems }: PartProps<Body> & { value: Extract<Body, { as: 'text' }> }) {
  return (
    <>
      <div className={styles.pair}>
        <TextInput
          label="Content type"
          data-path={`${path}.contentType`}
          maxLength={200}
          value={value.contentType}
          onChange={event => onChange({ ...value, contentType: event.currentTarget.value })}
          classNames={{ input: styles.mono ?? '' }}
          className={styles.grow ?? ''}
        />
        <NativeSelect
          label="Tokens are written"
          data={encodings}
          value={value.encoding ?? 'none'}
          onChange={event => onChange({ ...value, encoding: event.currentTarget.value as Encoding })}
          className={styles.grow ?? ''}
        />
      </div>
      <ProblemsAt problems={problems} path={`${path}.contentType`} />
      <CodeField
        label="Text"
        path={`${path}.text`}
        value={value.text}
        onChange={text => onChange({ ...value, text: text.slice(0, 65_536) })}
      />
      <ProblemsAt problems={problems} path={`${path}.text`} />
    </>
  )
}

type WithPairs = Extract<Body, { as: 'pairs' | 'form' }>
type Pair = { readonly key: string; readonly value: string; readonly type?: PairType | undefined }

function Pairs({ value, onChange, path, problems }: PartProps<Body> & { value: WithPairs }) {
  const tokens = useTokens()
  const pairs: readonly Pair[] = value.pairs
  const store = (next: readonly Pair[]) => onChange({ as: value.as, pairs: [...next] } as WithPairs)
  const set = useSteady((at: number, change: Partial<Pair> | null) =>
    store(change === null ? without(pairs, at) : replaced(pairs, at, { ...(pairs[at] as Pair), ...change })),
  )
  return (
    <>
      {pairs.map(({ key, value: text, type = 'auto' }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair is nothing but its place in the list
        <div key={i}>
          <PairLine
            {...{ at: i, path: `${path}.pairs.${i}`, name: key, text, tokens, set }}
            type={value.as === 'pairs' ? type : null}
          />
          <ProblemsAt problems={problems} path={`${path}.pairs.${i}`} />
        </div>
      ))}
      <AddButton onClick={() => store([...pairs, { key: '', value: '' }])}>Add a line</AddButton>
    </>
  )
}

interface PairLineProps {
  readonly at: number
  readonly path: string
  readonly name: string
  readonly text: string
  /** Null where all is text, in a form. */
  readonly type: PairType | null
  readonly tokens: readonly Completion[]
  readonly set: (at: number, change: Partial<Pair> | null) => void
}

const PairLine = memo(function PairLine({ at, path, name, text, type, tokens, set }: PairLineProps) {
  return (
    <Row remove={() => set(at, null)} label={`the line ${name}`}>
      <TextInput
        aria-label="Key"
        data-path={path}
        placeholder="email"
        maxLength={200}
        value={name}
        onChange={event => set(at, { key: event.currentTarget.value })}
        classNames={{ input: styles.mono ?? '' }}
        w={104}
      />
      <TokenInput
        aria-label={`Value of ${name || 'the line'}`}
        placeholder="{{ lead.email }}"
        maxLength={32_768}
        tokens={tokens}
        value={text}
        onChange={value => set(at, { value })}
        className={styles.grow ?? ''}
      />
      {type !== null && (
        <NativeSelect
          aria-label={`Type of ${name || 'the line'}`}
          data={types}
          value={type}
          onChange={event => set(at, { type: event.currentTarget.value as PairType })}
          w={88}
        />
      )}
    </Row>
  )
})

/** Another kind of body: lines stay lines, and become the JSON that they were; everything else starts empty. */
function freshBody(as: string, before: Body): Body {
  if (as === before.as) return before
  const lines = before.as === 'pairs' || before.as === 'form' ? before.pairs : undefined
  if (as === 'pairs' || as === 'form')
    return { as, pairs: (lines ?? [{ key: '', value: '' }]).map(({ key, value }) => ({ key, value })) }
  if (as === 'none') return { as: 'none' }
  const text = lines === undefined ? '' : JSON.stringify(Object.fromEntries(lines.map(p => [p.key, p.value])), null, 2)
  return { as: 'text', text, contentType: 'application/json', encoding: 'auto' }
}
