import { setSettings } from '#shared/graph/edit'
import type { Settings } from '#shared/graph/schema'
import { EntranceSettings } from './EntranceSettings'
import { type Panel, useDraft, useEditor, useProblems } from './editor'
import styles from './editor.module.css'
import { DraftFormProvider } from './form-context'
import { PanelFrame } from './PanelFrame'
import { AfterPause } from './settings/AfterPause'
import { Caps } from './settings/Caps'
import { Entry } from './settings/Entry'
import { Exits } from './settings/Exits'
import { Goals } from './settings/Goals'
import { Priority } from './settings/Priority'
import { Quiet } from './settings/Quiet'
import { Rate } from './settings/Rate'
import { Tags } from './settings/Tags'
import { Zone } from './settings/Zone'

/**
 * The campaign's settings, one file a section: who may enter again, when it is quiet, how often at most, what counts as
 * a success, what takes leads out.
 */
export function SettingsPanel({ panel }: { panel: Extract<Panel, { is: 'settings' }> }) {
  const editor = useEditor()
  const settings = useDraft(d => d.graph.settings)
  const problems = useProblems()
  const set = (change: Partial<Settings>) => editor.draft.edit(g => setSettings(g, change))
  const part = { settings, set, problems }
  return (
    <PanelFrame
      label="Campaign settings"
      title={<h2 className={styles.kindTitle}>Campaign settings</h2>}
      onClose={editor.do.closePanel}
      focus={panel.focus}
      nonce={panel.nonce}
    >
      <DraftFormProvider>
        <Entry {...part} />
        <EntranceSettings {...part} />
        <Zone {...part} />
        <Quiet {...part} />
        <Tags {...part} />
        <Caps {...part} />
        <Priority {...part} />
        <Rate {...part} />
        <Goals {...part} />
        <Exits {...part} />
        <AfterPause {...part} />
      </DraftFormProvider>
    </PanelFrame>
  )
}
