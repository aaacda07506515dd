import { ActionIcon, Button, Menu, Popover } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  CircleAlert,
  CircleCheck,
  Download,
  Ellipsis,
  History,
  ListX,
  LogOut,
  Settings2,
  Square,
  TriangleAlert,
  Upload,
} from 'lucide-react'
import { useRef, useState } from 'react'
import type { CampaignView, Seen } from '#shared/api'
import type { Graph } from '#shared/graph/schema'
import { mayLaunch } from '#shared/graph/validate'
import { ApiError, api, keys } from '../api'
import { sayLate } from '../campaigns/actions'
import { StopDialog } from '../campaigns/StopDialog'
import { RemoveByIds } from '../leaving/RemoveByIds'
import { RemoveMany } from '../leaving/RemoveMany'
import { Confirm, Problems, StatusPill, sayError, toast } from '../ui'
import { saySaving } from './draft'
import { titleOf, useDraft, useEditor, useProblems, useView } from './editor'
import styles from './editor.module.css'
import { download, fileName, fromText, toText } from './files'
import { count } from './flow'
import { useInside } from './overlays'
import { PublishDialog } from './publish/PublishDialog'
import { VersionHistory } from './publish/VersionHistory'
import { UndoRedo } from './UndoRedo'

interface Props {
  readonly campaign: CampaignView
  /** Called with what the server answered to launch, pause, resume or stop. */
  readonly onChanged: (campaign: CampaignView) => void
}

/** The head of the editor: what this campaign is, whether it is saved, what is wrong with it, and what can be done. */
export function EditorHeader({ campaign, onChanged }: Props) {
  const { status, liveVersion } = campaign
  return (
    <header className={styles.header}>
      <Name />
      <StatusPill status={status} {...(liveVersion === null ? {} : { detail: `v${liveVersion}` })} />
      <SavingState />
      <div className={styles.headerActions}>
        <UndoRedo />
        <ProblemsButton />
        <SettingsButton />
        {liveVersion !== null && (
          <Button
            variant="subtle"
            color="gray"
            renderRoot={props => <Link {...props} to="/campaigns/$id/report" params={{ id: campaign.id }} />}
          >
            Report
          </Button>
        )}
        <PauseButton campaign={campaign} onChanged={onChanged} />
        <More campaign={campaign} />
        <LaunchButton campaign={campaign} onChanged={onChanged} />
      </div>
    </header>
  )
}

/**
 * The campaign's name, edited in place and saved while it is typed. Escape restores it; an empty name is not taken.
 */
function Name() {
  const { draft } = useEditor()
  const name = useDraft(d => d.name)
  /** What stands in the box, and the name before it was touched; null while it is not. */
  const [typing, setTyping] = useState<{ readonly text: string; readonly before: string } | null>(null)
  const shown = typing?.text ?? name
  const type = (text: string) => {
    setTyping({ text, before: typing?.before ?? name })
    if (text.trim() !== '') draft.rename(text.trim())
  }
  const takeBack = () => {
    if (typing !== null) draft.rename(typing.before)
    setTyping(null)
  }
  return (
    <h1 className={styles.name}>
      <span className="hl-hidden">{name}</span>
      <input
        aria-label="Campaign name"
        title={name}
        maxLength={120}
        value={shown}
        size={Math.max(8, Math.min(32, shown.length))}
        onChange={event => type(event.currentTarget.value)}
        onBlur={() => setTyping(null)}
        onKeyDown={event => {
          if (event.key === 'Escape') takeBack()
          if (event.key === 'Enter') event.currentTarget.blur()
        }}
      />
    </h1>
  )
}

function SavingState() {
  const words = useDraft(saySaving)
  const isAmiss = useDraft(d => ['offline', 'refused', 'conflict'].includes(d.saving.is))
  return (
    <span className={styles.saving} role="status" data-amiss={isAmiss || undefined}>
      {isAmiss && <TriangleAlert size={14} aria-hidden />}
      {words}
    </span>
  )
}

function ProblemsButton() {
  const editor = useEditor()
  const problems = useProblems()
  const opened = useView(v => v.problemsOpen)
  const graph = useDraft(d => d.graph)
  const errors = problems.filter(p => p.severity === 'error').length
  const words =
    errors > 0 ? count(errors, 'problem') : problems.length > 0 ? count(problems.length, 'hint') : 'No problems'
  const Sign = errors > 0 ? CircleAlert : problems.length > 0 ? TriangleAlert : CircleCheck
  const colour = errors > 0 ? 'var(--hl-failed)' : problems.length > 0 ? 'var(--hl-waiting)' : 'var(--hl-succeeded)'
  const set = (problemsOpen: boolean) => editor.view.setState({ problemsOpen })
  return (
    <Popover opened={opened} onChange={set} width={400} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<Sign size={16} color={colour} aria-hidden />}
          onClick={() => set(!opened)}
        >
          {words}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.problems ?? ''} aria-label="Problems">
        {problems.length === 0 ? (
          <p className={styles.sound}>Nothing is in the way of a launch.</p>
        ) : (
          <Problems problems={problems} onGoTo={editor.do.goTo} nameOf={step => titleOf(graph, step)} />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function SettingsButton() {
  const editor = useEditor()
  const isOpen = useView(v => v.panel?.is === 'settings')
  return (
    <Button
      variant="subtle"
      color="gray"
      aria-expanded={isOpen}
      leftSection={<Settings2 size={16} aria-hidden />}
      onClick={() => (isOpen ? editor.do.closePanel() : editor.do.openSettings())}
    >
      Settings
    </Button>
  )
}

/** Does something to the campaign on the server, shows what came of it, says why when nothing did. */
function useAct(id: string, onChanged: Props['onChanged']) {
  const cache = useQueryClient()
  const [busy, setBusy] = useState(false)
  const act = async (
    does: () => Promise<CampaignView>,
    { done, failed }: { done: (c: CampaignView) => string; failed: string },
  ) => {
    setBusy(true)
    try {
      const campaign = await does()
      onChanged(campaign)
      toast.done(done(campaign))
      return true
    } catch (error) {
      toast.refused(failed, error)
      // It is another than the screen showed: show what it is.
      if (error instanceof ApiError && error.status === 409)
        await cache.invalidateQueries({ queryKey: keys.campaign(id) })
      return error instanceof ApiError && error.status === 422 ? 'problems' : false
    } finally {
      setBusy(false)
    }
  }
  return { busy, act }
}

function PauseButton({ campaign: { id, status, liveVersion }, onChanged }: Props) {
  const { draft } = useEditor()
  const { busy, act } = useAct(id, onChanged)
  if (status !== 'live' && status !== 'paused') return null
  const isLive = status === 'live'
  const resume = async () => {
    // What is being saved moves the revision on.
    await draft.flush()
    return api.resume(id, { revision: draft.getState().revision, liveVersion })
  }
  return (
    <Button
      variant="default"
      loading={busy}
      onClick={() =>
        act(() => (isLive ? api.pause(id) : resume()), {
          done: c => (isLive ? 'Paused. Nobody enters, nobody moves.' : `Resumed. ${sayLate(c.graph)}`),
          failed: isLive ? 'Not paused' : 'Not resumed',
        })
      }
    >
      {isLive ? 'Pause' : 'Resume'}
    </Button>
  )
}

/** The one primary button, while there is something to launch. Never disabled: with problems it shows them. */
function LaunchButton({ campaign: { id, liveVersion, status, draftDiffers }, onChanged }: Props) {
  const { draft, view } = useEditor()
  const problems = useProblems()
  const unsaved = useDraft(d => d.unsaved)
  const { busy, act } = useAct(id, onChanged)
  const [publishing, setPublishing] = useState<Seen | null>(null)
  const isLiveAlready = status === 'live' && !draftDiffers && unsaved === 0
  const graph = useDraft(d => d.graph)
  const moves = problems.filter(({ code }) => code === 'variants.moves')
  const launch = async () => {
    if (!mayLaunch(problems)) return view.setState({ problemsOpen: true })
    if (isLiveAlready)
      return void toast.done(`Version ${liveVersion} is live already`, 'The draft has no changes since.')
    if (!(await draft.flush()))
      return toast.failed('Not launched', 'The draft could not be saved first. The line beside the name says why.')
    const seen = { revision: draft.getState().revision, liveVersion }
    if (liveVersion !== null) return setPublishing(seen)
    const came = await act(() => api.launch(id, seen), {
      done: c => `Version ${c.liveVersion} is live`,
      failed: 'Not launched',
    })
    if (came === 'problems') view.setState({ problemsOpen: true })
  }
  return (
    <>
      <Button loading={busy} onClick={launch} variant={isLiveAlready ? 'default' : 'filled'}>
        {liveVersion === null ? 'Launch' : `Publish v${liveVersion + 1}`}
      </Button>
      {publishing !== null && (
        <PublishDialog
          id={id}
          status={status}
          seen={publishing}
          warning={moves.length > 0 && <Problems problems={moves} nameOf={step => titleOf(graph, step)} />}
          onClose={() => setPublishing(null)}
          onPublished={onChanged}
          onProblems={() => {
            setPublishing(null)
            view.setState({ problemsOpen: true })
          }}
        />
      )}
    </>
  )
}

function More({ campaign }: Pick<Props, 'campaign'>) {
  const { draft, do: gestures } = useEditor()
  const file = useRef<HTMLInputElement>(null)
  const [imported, setImported] = useState<Graph | null>(null)
  const [stopping, setStopping] = useState(false)
  const [history, setHistory] = useState(false)
  const [removing, setRemoving] = useState<'all' | 'by-ids' | null>(null)
  const inside = useInside()
  const mayStop = campaign.status === 'live' || campaign.status === 'paused'

  const exportIt = () => {
    const { name, graph } = draft.getState()
    download(fileName(name), toText(graph))
  }
  const take = (graph: Graph) => {
    draft.edit(() => graph)
    setImported(null)
    requestAnimationFrame(gestures.showAll)
  }
  const read = async (chosen: File | undefined) => {
    if (chosen === undefined) return
    try {
      const found = fromText(await chosen.text())
      if (found.is === 'refused') toast.failed(`"${chosen.name}" was not imported`, found.why)
      else if (Object.keys(draft.getState().graph.steps).length === 0) take(found.graph)
      else setImported(found.graph)
    } catch (error) {
      toast.failed(`"${chosen.name}" could not be read`, sayError(error))
    }
  }
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={220}>
        <Menu.Target>
          <ActionIcon aria-label="More">
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Download size={16} aria-hidden />} onClick={exportIt}>
            Export JSON
          </Menu.Item>
          <Menu.Item leftSection={<Upload size={16} aria-hidden />} onClick={() => file.current?.click()}>
            Import JSON
          </Menu.Item>
          {campaign.liveVersion !== null && (
            <Menu.Item leftSection={<History size={16} aria-hidden />} onClick={() => setHistory(true)}>
              Versions
            </Menu.Item>
          )}
          {inside > 0 && (
            <>
              <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => setRemoving('all')}>
                Remove leads inside
              </Menu.Item>
              <Menu.Item leftSection={<ListX size={16} aria-hidden />} onClick={() => setRemoving('by-ids')}>
                Remove leads by id
              </Menu.Item>
            </>
          )}
          {mayStop && (
            <Menu.Item color="red" leftSection={<Square size={16} aria-hidden />} onClick={() => setStopping(true)}>
              Stop the campaign
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <input
        ref={file}
        type="file"
        hidden
        accept="application/json,.json"
        aria-label="Campaign file"
        onChange={event => {
          void read(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <Confirm
        opened={imported !== null}
        title="Replace this draft?"
        act="Replace the draft"
        refused="The draft was not replaced."
        busy={false}
        onConfirm={() => imported !== null && take(imported)}
        onClose={() => setImported(null)}
      >
        The file has {count(Object.keys(imported?.steps ?? {}).length, 'step')}. All steps and settings of this draft
        are replaced by them.{' '}
        {campaign.liveVersion === null ? '' : `Version ${campaign.liveVersion} stays live until you launch again.`}
      </Confirm>
      {history && (
        <VersionHistory
          id={campaign.id}
          onClose={() => setHistory(false)}
          onRestore={(graph, version) => {
            take(graph)
            toast.done(`The draft is version ${version} again`, 'It is not live until you publish it.')
          }}
        />
      )}
      {removing === 'all' && <RemoveMany campaign={campaign.id} waiting={inside} onClose={() => setRemoving(null)} />}
      {removing === 'by-ids' && <RemoveByIds campaign={campaign} onClose={() => setRemoving(null)} />}
      <StopDialog
        campaign={{ id: campaign.id, name: campaign.name, waiting: inside }}
        opened={stopping}
        onClose={() => setStopping(false)}
      />
    </>
  )
}
