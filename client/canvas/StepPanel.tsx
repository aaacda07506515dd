import { ActionIcon, Button, Popover, Select, Text, TextInput } from '@mantine/core'
import { Info, LogOut, Trash2 } from 'lucide-react'
import { type CSSProperties, useState } from 'react'
import { changeConfig, edgeAt, renameStep, whyNotConnect } from '#shared/graph/edit'
import type { Problem } from '#shared/problems'
import type { AnyKind, Port } from '#shared/steps/define'
import { ProblemsAt } from '../forms/fields/field'
import fields from '../forms/fields/fields.module.css'
import { StepForm } from '../forms/StepForm'
import { RemoveMany } from '../leaving/RemoveMany'
import { sayNumber } from '../ui'
import { describe, groupColour } from './card'
import { type Panel, titleOf, useDraft, useEditor } from './editor'
import styles from './editor.module.css'
import { DraftFormProvider } from './form-context'
import { Icon } from './Icon'
import { useStepProblems, useWaiting } from './overlays'
import { PanelFrame } from './PanelFrame'
import { WrapRepair } from './WrapRepair'

/**
 * The settings of one step: its name, the form that its kind describes, and where its ways lead. Every change goes
 * straight to the draft.
 */
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
      <div className={fields.form} data-form>
        <DraftFormProvider>
          <StepForm
            key={panel.nonce}
            {...{ kind, problems, step: id, focus: panel.focus }}
            config={step.config}
            onChange={change => editor.draft.edit(g => changeConfig(g, id, change))}
          />
        </DraftFormProvider>
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
