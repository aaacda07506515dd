import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { LeadView } from '#shared/api'
import type { JsonObject } from '#shared/json'
import { renderRequest, type Tokens } from '#shared/render'
import { printCurl } from '#shared/rules/curl'
import { languageOf } from '#shared/rules/languages'
import type { RenderedRequest, WebhookRequest } from '#shared/rules/webhook-request'
import { CodeBlock, copyText, sayCount, toast } from '../../ui'
import { type FormContext, useFormContext } from '../context'
import styles from './fields.module.css'
import { LeadSelect } from './LeadSelect'

/** Someone to write to before there is anyone: said to be made up wherever it is shown. */
const madeUp: Pick<LeadView, 'externalId' | 'attributes' | 'zone'> = {
  externalId: 'ada',
  attributes: { email: 'ada@example.com', name: 'Ada', country: 'India' },
  zone: 'Asia/Kolkata',
}
const event = { id: 'preview', name: 'signed_up', properties: { plan: 'pro', amount: 49 } as JsonObject }

/** The request as it would leave for one lead, rendered by the code that renders the real one. */
export function RequestPreview({ request }: { request: WebhookRequest }) {
  const { campaign } = useFormContext()
  const [chosen, setChosen] = useState<LeadView | null>(null)
  const [slowRequest] = useDebouncedValue(request, 150)
  const lead = chosen ?? madeUp
  const [now] = useState(() => Date.now())
  const rendered = renderRequest(slowRequest, tokensFor(lead, now, campaign))
  return (
    <>
      <LeadSelect
        label="Lead for the preview"
        isLabelShown={false}
        placeholder="Ada (made up). Search a lead…"
        value={chosen}
        onChange={setChosen}
      />
      {rendered.is === 'rendered' ? (
        <>
          <CodeBlock text={sayRequest(rendered.request)} label="Request" max={280} />
          <Facts request={rendered.request} language={languageOf(lead.attributes)} />
        </>
      ) : (
        <p className={styles.broken} role="status">
          {rendered.is === 'aborted' ? `This lead would not be sent to: ${rendered.reason}` : rendered.reason}
        </p>
      )}
    </>
  )
}

function Facts({ request, language }: { request: RenderedRequest; language: string }) {
  const bytes = new TextEncoder().encode(request.body ?? '').length
  const copy = async () => {
    if (await copyText(printCurl(request))) toast.done('Copied as curl')
    else toast.failed('Not copied', 'The browser does not allow it here.')
  }
  return (
    <div className={styles.facts}>
      <span>Body of {sayCount(bytes, 'byte')}</span>
      {language !== '' && <span>Speaks {language}</span>}
      <button type="button" className={styles.mend} onClick={copy}>
        Copy as curl
      </button>
    </div>
  )
}

function tokensFor(lead: typeof madeUp, now: number, { id, name, folder }: FormContext['campaign']): Tokens {
  return {
    world: {
      now,
      lead: { id: 0, externalId: lead.externalId, attributes: lead.attributes, zone: lead.zone },
      zone: lead.zone ?? 'UTC',
      zoneFrom: lead.zone === null ? 'campaign' : 'lead',
      system: { sandbox: `${window.location.origin}/sandbox/in` },
      folder,
    },
    memory: { event: { ...event, at: now }, variants: {}, response: null },
    campaign: { id, name },
  }
}

/** A request as text: its first line, its headers, its body. */
export function sayRequest({ method, url, headers, body }: RenderedRequest): string {
  const head = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
  return body === null ? head : `${head}\n\n${body}`
}
