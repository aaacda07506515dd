import { createContext, type ReactNode, useContext, useState } from 'react'
import { nameSecret, repairConfig, textFor } from '#shared/graph/repair'
import type { Step } from '#shared/graph/schema'
import type { Repair } from '#shared/problems'
import { NewSecret } from '../../settings/NewSecret'
import styles from './fields.module.css'

const MendContext = createContext<((repair: Repair) => void) | null>(null)

interface MendingProps {
  readonly config: Step['config']
  readonly onChange: (change: (config: Step['config']) => Step['config']) => void
  readonly children: ReactNode
}

/**
 * Does what the repairs of a form say, some after a dialog in which a secret is made. The dialog stands around the form
 * and not beside the problem: the problem is gone as soon as the secret is there, and a new signing key must be seen
 * longer than that.
 */
export function Mending({ config, onChange, children }: MendingProps) {
  const [asked, setAsked] = useState<Repair | null>(null)
  const secret = asked?.secret
  const mend = (repair: Repair) =>
    repair.secret === undefined ? onChange(now => repairConfig(now, repair)) : setAsked(repair)
  return (
    <MendContext.Provider value={mend}>
      {children}
      {asked !== null && secret !== undefined && (
        <NewSecret
          kind={secret.kind}
          isOpen
          proposed={{ name: secret.name, value: textFor(config, asked) }}
          onClose={() => setAsked(null)}
          onMade={name => onChange(now => repairConfig(now, nameSecret(asked, name)))}
        />
      )}
    </MendContext.Provider>
  )
}

/** One click that does what the sentence of a problem says; nothing outside of a form that can be mended. */
export function Mend({ repair }: { repair: Repair }) {
  const mend = useContext(MendContext)
  if (mend === null) return null
  return (
    <button type="button" className={styles.mend} onClick={() => mend(repair)}>
      {repair.label}
    </button>
  )
}
