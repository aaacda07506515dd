import { ActionIcon, Button, Popover, Select, Tabs, Text, TextInput } from '@mantine/core'
import { Info, LogOut, Trash2 } from 'lucide-react'
import { type CSSProperties, useState } from 'react'
import { edgeAt, renameStep, setConfig, whyNotConnect } from '#shared/graph/edit'
import type { Step } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'
import type { AnyKind, Port } from '#shared/steps/define'
import type { Field } from '#shared/steps/fields'
import { AnyField } from '../forms/fields'
import { ProblemsAt } from '../forms/fields/field'
import { Mending } from '../forms/fields/mend'
import { AnyTool } from '../forms/tools'
import { RemoveMany } from '../leaving/RemoveMany'
import { sayNumber } from '../ui'
import { describe, groupColour } from './card'
import { type Panel, titleOf, useDraft, useEditor } from './editor'
import styles from './editor.module.css'
import { Icon } from './Icon'
import { useStepProblems, useWaiting } from './marks'
import { PanelFrame } from './PanelFrame'
import { WrapRepair } from './WrapRepair'

/** The settings of one step: its name, the form that its kind describes, and where its ways lead. Every change goes straight to the draft. */
export function StepPanel({ panel }: { panel: Extract<Panel, { is: 'step' }> }) {
  const editor = useEditor()
  const { id } = panel
  const step = useDraft(d => d.graph.steps[id])
  const problems = useStepProblems(id)
  if (step === undefined) return null
  const { kind, ports } = describe(step)
  return (
    <PanelFrame
      key={id}
      label={`Settings of ${step.name || kind.title}`}
      title={<KindTitle kind={kind} />}
      onClose={editor.do.closePanel}
      focus={panel.focus}
      nonce={panel.nonce}
    >
      <TextInput
        label="Name"
        maxLength={80}
        value={step.name}
        placeholder={kind.title}
        onChange={event => editor.draft.edit(g => renameStep(g, id, event.currentTarget.value))}
      />
      <div className={styles.form} data-form>
        <StepForm key={panel.nonce} {...{ id, step, kind, problems, focus: panel.focus }} />
      </div>
      <Elsewhere problems={problems} />
      <WrapRepair id={id} problems={problems} />
      {ports.length > 0 && <WaysOut id={id} ports={ports} />}
      <div className={styles.panelFoot}>
        <WhoWaits id={id} name={step.name || kind.title} />
        <Button
          variant="subtle"
          color="red"
          leftSection={<Trash2 size={14} aria-hidden />}
          onClick={() => editor.do.remove([id])}
        >
          Remove this step
        </Button>
      </div>
    </PanelFrame>
  )
}

/** The way out for those who wait here, while the campaign is live. */
function WhoWaits({ id, name }: { id: string; name: string }) {
  const { campaignId: campaign } = useEditor()
  const waiting = useWaiting(id) ?? 0
  const [asking, setAsking] = useState(false)
  if (waiting === 0 && !asking) return null
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<LogOut size={14} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Remove the {sayNumber(waiting)} who wait here
      </Button>
      {asking && (
        <RemoveMany campaign={campaign} step={{ id, name }} waiting={waiting} onClose={() => setAsking(false)} />
      )}
    </>
  )
}

function KindTitle({ kind }: { kind: AnyKind }) {
  return (
    <h2 className={styles.kindTitle} style={{ '--colour': groupColour(kind) } as CSSProperties}>
      <Icon path={kind.icon} />
      {kind.title}
      <Popover width={320} position="bottom-start" withArrow shadow="md" trapFocus={false}>
        <Popover.Target>
          <ActionIcon size={24} aria-label={`What ${kind.title} does`}>
            <Info size={15} aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <Text size="sm" fw={400}>
            {kind.help}
          </Text>
        </Popover.Dropdown>
      </Popover>
    </h2>
  )
}

interface FormProps {
  readonly id: string
  readonly step: Step
  readonly kind: AnyKind
  readonly problems: readonly Problem[]
  /** The only fields that have a place here; all, when left out. */
  readonly only?: readonly string[]
  /** The path of the field that is asked for. */
  readonly focus?: string | null
}

/**
 * The fields of a step, without those that it takes from the webhook library: first those above the tabs, then the tabs, where the kind
 * has some.
 */
export function StepForm(props: FormProps) {
  const { kind, step, focus, only } = props
  const shown = Object.entries(kind.fields).filter(
    ([key, field]) =>
      (only?.includes(key) ?? true) && (field.when?.(step.config) ?? true) && !kind.library?.borrows(step.config, key),
  )
  const tools = kind.tools ?? []
  const tabs = [...new Set([...shown.map(([, field]) => field.tab), ...tools.map(tool => tool.tab)])].filter(
    tab => tab !== undefined,
  )
  const asked = shown.find(([key]) => focus?.startsWith(`config.${key}`))?.[1].tab
  const [tab, setTab] = useState<string | null>(asked ?? tabs[0] ?? null)
  const isIn = (wanted: string | undefined) => shown.filter(([, field]) => field.tab === wanted)
  if (tabs.length === 0) return <Fields {...props} fields={shown} />
  return (
    <Mending>
      <Fields {...props} fields={isIn(undefined)} />
      <Tabs value={tab} onChange={setTab}>
        <Tabs.List mb={16}>
          {tabs.map(each => (
            <Tabs.Tab key={each} value={each} px={10}>
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
                  .map(tool => <AnyTool key={tool.as} as={tool.as} kind={kind} config={step.config} />)}
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Mending>
  )
}

function Fields({ id, step, problems, fields }: FormProps & { fields: readonly (readonly [string, Field])[] }) {
  const editor = useEditor()
  return fields.map(([key, field]) => (
    <AnyField
      key={key}
      value={step.config[key]}
      onChange={value =>
        editor.draft.edit(g => {
          const now = g.steps[id]
          return now === undefined ? g : setConfig(g, id, { ...now.config, [key]: value })
        })
      }
      field={field}
      path={`config.${key}`}
      problems={problems}
      config={step.config}
      onConfig={config => editor.draft.edit(g => (g.steps[id] === undefined ? g : setConfig(g, id, config)))}
    />
  ))
}

/** Problems of the step that belong to none of its fields: it cannot be reached, it may not be in this campaign. */
function Elsewhere({ problems }: { problems: readonly Problem[] }) {
  const rest = problems.filter(p => p.path === undefined)
  return rest.map(p => <ProblemsAt key={`${p.code}${p.message}`} problems={[{ ...p, path: '' }]} path="" />)
}

/** Where each way leads, as lists: connecting by keyboard, and without aiming. */
function WaysOut({ id, ports }: { id: string; ports: readonly Port[] }) {
  const editor = useEditor()
  const graph = useDraft(d => d.graph)
  const nameOf = (port: string | undefined) => ports.find(p => p.id === port)?.label ?? ''
  return (
    <fieldset className={styles.ways}>
      <legend>Where leads go</legend>
      {ports.map(({ id: port, label, fallback }) => (
        <Select
          key={port}
          label={label}
          placeholder={fallback === undefined ? 'The journey ends here' : `Like ${nameOf(fallback)}`}
          data={Object.keys(graph.steps)
            .filter(to => whyNotConnect(graph, { from: id, port, to }) === null)
            .map(to => ({ value: to, label: titleOf(graph, to) }))}
          value={edgeAt(graph, { from: id, port })?.to ?? null}
          onChange={to =>
            to === null ? editor.do.disconnect({ from: id, port }) : editor.do.connect({ from: id, port, to })
          }
          clearable
          searchable
          nothingFoundMessage="No step of this name."
        />
      ))}
    </fieldset>
  )
}
