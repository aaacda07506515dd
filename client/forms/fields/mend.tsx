import { createContext, type ReactNode, useContext, useState } from 'react'
import { nameSecret, repairStep, textFor } from '#shared/graph/repair'
import type { Repair } from '#shared/problems'
import { useEditor } from '../../canvas/editor'
import { NewSecret } from '../../settings/NewSecret'
import styles from './fields.module.css'

type Ask = (step: string, repair: Repair) => void

const MendContext = createContext<Ask | null>(null)

/**
 * Keeps the dialog in which a repair makes a secret. It stands around the form and not beside the problem, because the problem is gone as soon as the secret
 * is there, and a new signing key is to be seen longer than that.
 */
export function Mending({ children }: { children: ReactNode }) {
  const { draft } = useEditor()
  const [asked, setAsked] = useState<{ readonly step: string; readonly repair: Repair } | null>(null)
  const secret = asked?.repair.secret
  return (
    <MendContext.Provider value={(step, repair) => setAsked({ step, repair })}>
      {children}
      {asked !== null && secret !== undefined && (
        <NewSecret
          kind={secret.kind}
          isOpen
          proposed={{ name: secret.name, value: textFor(draft.getState().graph, asked.step, asked.repair) }}
          onClose={() => setAsked(null)}
          onMade={name => draft.edit(g => repairStep(g, asked.step, nameSecret(asked.repair, name)))}
        />
      )}
    </MendContext.Provider>
  )
}

/** One click that does what the sentence of a problem says; where a secret is made on the way, after a dialog. */
export function Mend({ step, repair }: { step: string; repair: Repair }) {
  const { draft } = useEditor()
  const ask = useContext(MendContext)
  if (repair.secret !== undefined && ask === null) return null
  return (
    <button
      type="button"
      className={styles.mend}
      onClick={() => (repair.secret === undefined ? draft.edit(g => repairStep(g, step, repair)) : ask?.(step, repair))}
    >
      {repair.label}
    </button>
  )
}
