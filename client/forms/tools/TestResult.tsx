import type { WebhookTested } from '#shared/api/webhook-test'
import { CodeBlock, pretty } from '../../ui'
import styles from '../fields/fields.module.css'
import { sayRequest } from '../fields/RequestPreview'

const verdicts: { readonly [V in WebhookTested['verdict']]: string } = {
  received: 'Received: the lead goes on by Succeeded.',
  retry: 'Not received: a campaign would try again.',
  failed: 'Failed: the lead goes on by Failed.',
  skipped: 'Not sent: the lead goes on by Not sent.',
  uncertain: 'Nobody knows whether it arrived: a lead would leave by Uncertain.',
}

/** What came of a test: what was sent, what was answered, and what a campaign would make of it. */
export function Result({ tested }: { tested: WebhookTested }) {
  const { lead, request, unsent, answer, fault, ms, verdict, mappings } = tested
  return (
    <div className={styles.several}>
      <strong>{verdicts[verdict]}</strong>
      <p className={styles.facts}>
        <span>Lead {lead.externalId}</span>
        {answer !== null && <span>Status {answer.status}</span>}
        {unsent === null && <span>{ms} ms</span>}
      </p>
      {unsent !== null && <p className={styles.broken}>{unsent.reason}</p>}
      {fault !== null && <p className={styles.broken}>{fault.message}</p>}
      {mappings.length > 0 && <Would mappings={mappings} />}
      {answer !== null && <CodeBlock text={pretty(answer.body) || '(no body)'} label="Answer" max={200} />}
      {request !== null && <CodeBlock text={sayRequest(request)} label="Request that was sent" max={200} />}
    </div>
  )
}

function Would({ mappings }: Pick<WebhookTested, 'mappings'>) {
  return (
    <>
      <p className={styles.help}>Would be written to the lead:</p>
      <dl className={styles.would}>
        {mappings.map(({ path, field, before, value, refused }) => (
          <div key={`${path} ${field}`} style={{ display: 'contents' }}>
            <dt>{field}</dt>
            <dd>
              {refused === null
                ? `${JSON.stringify(value)}, now ${before === null ? 'nothing' : JSON.stringify(before)}`
                : `Nothing: ${refused}.`}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
