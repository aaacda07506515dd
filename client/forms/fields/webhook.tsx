import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { LibraryWebhook } from '#shared/api/webhooks'
import { caller, taken } from '#shared/graph/library'
import { templates } from '#shared/rules/templates/index'
import { useWebhooks } from '../../api/library'
import { type FieldOf, type FieldProps, ProblemsAt } from './field'
import styles from './fields.module.css'

/** Whose webhook the step calls: its own, or one of the library of which it may override parts. */
export function WebhookField({ value, path, problems, config, onConfig }: FieldProps<string, FieldOf<'webhook'>>) {
  const webhooks = useWebhooks().data
  const used = webhooks?.find(webhook => webhook.id === value)
  const choose = (id: string | null) => {
    const chosen = webhooks?.find(webhook => webhook.id === id)
    if (chosen !== undefined) onConfig?.(taken(caller, { ...config, webhook: chosen.id, own: [] }, chosen.definition))
  }
  return (
    <fieldset className={styles.several} data-path={path}>
      <legend>Webhook</legend>
      <Select
        aria-label="Webhook of the library"
        placeholder={webhooks?.length === 0 ? 'The library is empty' : 'The step’s own. Choose one of the library…'}
        data={(webhooks ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={used?.id ?? null}
        onChange={choose}
        disabled={webhooks === undefined || webhooks.length === 0}
        searchable
        nothingFoundMessage="No webhook of this name."
      />
      {value === '' ? (
        <Templates config={config} {...(onConfig === undefined ? {} : { onConfig })} />
      ) : (
        <Used webhook={used} config={config} {...(onConfig === undefined ? {} : { onConfig })} />
      )}
      <ProblemsAt problems={problems} path={path} />
    </fieldset>
  )
}

type Config = FieldProps['config']
interface PartProps {
  readonly config: Config
  readonly onConfig?: (config: Config) => void
}

/** Offered while nothing was filled in: a template replaces the whole webhook. */
function Templates({ config, onConfig }: PartProps) {
  if (JSON.stringify(config['request']) !== JSON.stringify(caller.fresh['request'])) return null
  const groups = [...new Set(templates.map(t => t.group))]
  return (
    <Select
      aria-label="Start from a template"
      placeholder="Start from a template…"
      data={groups.map(group => ({
        group,
        items: templates.filter(t => t.group === group).map(t => ({ value: t.id, label: t.title })),
      }))}
      value={null}
      onChange={id => {
        const chosen = templates.find(t => t.id === id)
        if (chosen !== undefined) onConfig?.({ ...config, ...chosen.webhook })
      }}
      searchable
      nothingFoundMessage="No template like this."
    />
  )
}

/** The parts that come from the library, each of which may become the step's own; and the way out. */
function Used({ webhook, config, onConfig }: PartProps & { readonly webhook: LibraryWebhook | undefined }) {
  const own = (config['own'] ?? []) as readonly string[]
  // What becomes the step's own is what the library says now; the step's copy may be older.
  const take = (from: Config) => (webhook === undefined ? from : taken(caller, from, webhook.definition))
  const set = (next: readonly string[]) => onConfig?.(take({ ...take(config), own: next }))
  const parts = Object.entries(caller.fields)
    .filter(([part, field]) => field.as !== 'hidden' && (own.includes(part) || caller.library?.borrows(config, part)))
    .map(([part, { label }]) => ({ part, label }))
  return (
    <>
      <p className={styles.help}>
        {webhook === undefined ? (
          'This webhook is not in the library any more. The step holds a copy of it.'
        ) : (
          <>
            <Link to="/webhooks/$id" params={{ id: webhook.id }}>
              Open it in the library
            </Link>{' '}
            to change it for every campaign, or override a part for this step.
          </>
        )}
      </p>
      <ul className={styles.parts} aria-label="Parts of the webhook">
        {parts.map(({ part, label }) => {
          const isOwn = own.includes(part)
          return (
            <li key={part}>
              <span>{label}</span>
              <span className={styles.from}>{isOwn ? 'this step’s own' : 'from the library'}</span>
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => set(isOwn ? own.filter(other => other !== part) : [...own, part])}
                aria-label={isOwn ? `Use the library’s ${label}` : `Override ${label}`}
                disabled={isOwn && webhook === undefined}
              >
                {isOwn ? 'Use the library’s' : 'Override'}
              </Button>
            </li>
          )
        })}
      </ul>
      <div>
        <Button size="xs" variant="default" onClick={() => onConfig?.({ ...take(config), webhook: '', own: [] })}>
          Detach
        </Button>
      </div>
    </>
  )
}
