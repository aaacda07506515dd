import { Tabs } from '@mantine/core'
import { useState } from 'react'
import type { Step } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import type { AnyKind } from '#shared/steps/define'
import type { Field } from '#shared/steps/fields'
import { AnyField } from './fields'
import styles from './fields/fields.module.css'
import { Mending } from './fields/mend'
import { AnyTool } from './tools'

type Config = Step['config']

interface FormProps {
  readonly kind: AnyKind
  readonly config: Config
  /** Changes the config as it is by then: an answer may come long after the form was drawn. */
  readonly onChange: (change: (config: Config) => Config) => void
  readonly problems: readonly Problem[]
  /** The id of the step, for what its tools write down; left out where the form is no step's. */
  readonly step?: string
  /** The only fields that have a place here; all, when left out. */
  readonly only?: readonly string[]
  /** The path of the field that is asked for. */
  readonly focus?: string | null
}

/**
 * The fields of a step, without those that it takes from the webhook library: first those above the tabs, then the
 * tabs, where the kind has some.
 */
export function StepForm(props: FormProps) {
  const { kind, config, onChange, step = '', focus, only } = props
  const shown = Object.entries(kind.fields).filter(
    ([key, field]) =>
      (only?.includes(key) ?? true) && (field.when?.(config) ?? true) && !kind.library?.borrows(config, key),
  )
  const tools = kind.tools ?? []
  const tabs = [...new Set([...shown.map(([, field]) => field.tab), ...tools.map(tool => tool.tab)])].filter(
    tab => tab !== undefined,
  )
  const asked = shown.find(([key]) => focus?.startsWith(`config.${key}`))?.[1].tab
  const [tab, setTab] = useState<string | null>(asked ?? tabs[0] ?? null)
  const isIn = (wanted: string | undefined) => shown.filter(([, field]) => field.tab === wanted)
  return (
    <Mending config={config} onChange={onChange}>
      <Fields {...props} fields={isIn(undefined)} />
      {tabs.length > 0 && (
        <Tabs value={tab} onChange={setTab}>
          <Tabs.List mb={16}>
            {tabs.map(each => (
              <Tabs.Tab key={each} value={each} px={7}>
                {each}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(each => (
            <Tabs.Panel key={each} value={each}>
              <div className={styles.form}>
                <Fields {...props} fields={isIn(each)} />
                {tab === each &&
                  tools
                    .filter(tool => tool.tab === each)
                    .map(tool => <AnyTool key={tool.as} as={tool.as} kind={kind} config={config} step={step} />)}
              </div>
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </Mending>
  )
}

function Fields({ config, onChange, problems, fields }: FormProps & { fields: readonly (readonly [string, Field])[] }) {
  return fields.map(([key, field]) => (
    <AnyField
      key={key}
      value={config[key]}
      onChange={value => onChange(now => ({ ...now, [key]: value }))}
      field={field}
      path={`config.${key}`}
      problems={problems}
      config={config}
      onConfig={next => onChange(() => next)}
    />
  ))
}
