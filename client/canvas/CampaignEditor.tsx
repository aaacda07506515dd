import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { useEffect, useState } from 'react'
import type { CampaignView } from '#shared/api'
import { templateFolder } from '#shared/rules/folders'
import { api, keys, useCampaign, useVersion } from '../api'
import { useFolders, useWebhooks } from '../api/library'
import { useSecrets } from '../api/secrets'
import { RemovalNotice } from '../leaving/RemovalNotice'
import { Loaded, Refusal, toast, useTitle, When } from '../ui'
import { Canvas } from './Canvas'
import { createDraft } from './draft'
import { EditorHeader } from './EditorHeader'
import { Elsewhere } from './Elsewhere'
import { createEditor, EditorProvider, useDraft, useEditor, useView } from './editor'
import styles from './editor.module.css'
import { useExperimentLabels } from './experiment-labels'
import { OverlaysProvider } from './overlays'
import { Palette } from './Palette'
import { Picker } from './Picker'
import { MigrationBanner } from './publish/MigrationBanner'
import { SettingsPanel } from './SettingsPanel'
import { StepPanel } from './StepPanel'
import { createShelf } from './shelf'

/** The screen on which a campaign is drawn, launched and watched. */
export function CampaignEditor({ campaignId }: { campaignId: string }) {
  const query = useCampaign(campaignId)
  return (
    <Loaded query={query} what="the campaign">
      {campaign => <Open key={campaignId} campaign={campaign} />}
    </Loaded>
  )
}

function Open({ campaign }: { campaign: CampaignView }) {
  const { id } = campaign
  const cache = useQueryClient()
  const keep = (answer: CampaignView) => {
    cache.setQueryData(keys.campaign(id), answer)
    void cache.invalidateQueries({ queryKey: keys.campaigns })
  }
  const [editor] = useState(() =>
    createEditor(
      id,
      createDraft(
        campaign,
        { save: body => api.saveCampaign(id, body), load: () => api.campaign(id), onSaved: keep },
        createShelf(id, localStorage),
      ),
    ),
  )
  const { draft, overlays, surround } = editor
  const webhooks = useWebhooks().data
  const folders = useFolders().data
  const secrets = useSecrets().data
  const live = useVersion(id, campaign.liveVersion).data?.graph ?? null
  useEffect(() => {
    if (webhooks === undefined || folders === undefined) return
    const library = new Map(webhooks.map(w => [w.id, w.definition]))
    surround({
      library,
      folder: templateFolder(new Map(folders.map(f => [f.id, f])), campaign.programId),
      live,
      own: window.location.origin,
      ...(secrets === undefined ? {} : { secrets: new Map(secrets.map(secret => [secret.name, secret.hosts])) }),
    })
  }, [webhooks, folders, secrets, campaign.programId, live, surround])
  useOpening(draft)
  useLeaving(draft)
  useExperimentLabels(campaign, overlays)
  return (
    <EditorProvider value={editor}>
      <OverlaysProvider value={overlays}>
        <ReactFlowProvider>
          <Screen campaign={campaign} onChanged={keep} />
        </ReactFlowProvider>
      </OverlaysProvider>
    </EditorProvider>
  )
}

function Screen({ campaign, onChanged }: { campaign: CampaignView; onChanged: (campaign: CampaignView) => void }) {
  const panel = useView(v => v.panel)
  const name = useDraft(d => d.name)
  useTitle(name)
  return (
    <div className={styles.editor}>
      <EditorHeader campaign={campaign} onChanged={onChanged} />
      <NotSaved />
      <Elsewhere campaign={campaign} />
      <Stopped campaign={campaign} />
      {campaign.liveVersion !== null && <MigrationBanner id={campaign.id} />}
      {campaign.liveVersion !== null && <RemovalNotice campaign={campaign} />}
      <div className={styles.body}>
        <Palette />
        <div className={styles.canvas}>
          <Canvas />
        </div>
        {panel?.is === 'step' && <StepPanel panel={panel} />}
        {panel?.is === 'settings' && <SettingsPanel panel={panel} />}
      </div>
      <Picker />
      <SaidAloud />
    </div>
  )
}

/** What needs an answer before anything can be saved again. */
function NotSaved() {
  const { draft } = useEditor()
  const saving = useDraft(d => d.saving)
  if (saving.is === 'refused')
    return (
      <div className={styles.notSaved}>
        <Refusal what="The last changes were not saved." error={saving.error} />
        <Button variant="default" onClick={() => void draft.flush()}>
          Try again
        </Button>
      </div>
    )
  if (saving.is !== 'conflict') return null
  return (
    <div className={styles.notSaved} role="alert">
      <p>
        <strong>Somebody else saved this campaign.</strong> Keep your changes, and they replace what was saved; or load
        the saved one, and your changes are lost.
      </p>
      <Button variant="default" onClick={() => draft.adopt(saving.theirs)}>
        Load the saved one
      </Button>
      <Button variant="default" onClick={() => void draft.keepMine()}>
        Keep my changes
      </Button>
    </div>
  )
}

/** Of a stopped campaign: since when, what became of those inside, and why. */
function Stopped({ campaign: { stopped } }: { campaign: CampaignView }) {
  if (stopped === null) return null
  const { at, inside, reason } = stopped
  return (
    <div className={styles.notSaved} role="note">
      <p>
        <strong>
          Stopped <When at={at} />
          {reason === '' ? '.' : `: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`}
        </strong>{' '}
        Nobody enters any more.{' '}
        {inside === 'exit' ? 'The leads who were inside left.' : 'The leads who were inside walk on to the end.'}
      </p>
    </div>
  )
}

function SaidAloud() {
  return (
    <div className="hl-hidden" aria-live="polite">
      {useView(v => v.said)}
    </div>
  )
}

/** Begins to save, and says it when edits are here that were made before the page was loaded. */
function useOpening(draft: ReturnType<typeof createDraft>) {
  useEffect(() => {
    if (draft.open())
      toast.done('Your last changes are back', 'The server did not have them yet; they are being saved.')
  }, [draft])
}

/**
 * Saves when the page is hidden or left, keeps what could not be saved, and asks before a tab with unsaved changes is
 * closed.
 */
function useLeaving(draft: ReturnType<typeof createDraft>) {
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState !== 'hidden') return
      draft.keep()
      void draft.flush()
    }
    const closing = (event: BeforeUnloadEvent) => draft.getState().unsaved > 0 && event.preventDefault()
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('beforeunload', closing)
    window.addEventListener('pagehide', draft.keep)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('beforeunload', closing)
      window.removeEventListener('pagehide', draft.keep)
      draft.close()
    }
  }, [draft])
}
