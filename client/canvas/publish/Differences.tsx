import { ArrowRight, CircleMinus, CirclePlus, type LucideIcon, Pencil, Settings2, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ChangedPart, Difference } from '#shared/graph/diff'
import styles from './publish.module.css'

/** What one version changes, as a list in the order of the flow. */
export function Differences({ difference: { steps, ways, settings } }: { difference: Difference }) {
  if (steps.length + ways.length + settings.length === 0)
    return <p className={styles.muted}>Nothing that a lead could notice: steps only lie elsewhere on the canvas.</p>
  return (
    <ul className={styles.differences}>
      {steps.map(({ id, name, kind, is, parts }) => (
        <Entry key={id} icon={icons[is]} look={is} word={words[is]} name={name} kind={kind === name ? '' : kind}>
          {parts.map(part => (
            <Part key={part.label} part={part} />
          ))}
        </Entry>
      ))}
      {ways.map(({ from, name, port, is, before, after }) => (
        <Entry key={`${from} ${port}`} icon={Waypoints} look="changed" word={wayWords[is]} name={name} kind="">
          <Part part={{ label: port, before: before ?? 'the end', after: after ?? 'the end' }} />
        </Entry>
      ))}
      {settings.length > 0 && (
        <Entry icon={Settings2} look="changed" word="Changed" name="Settings" kind="">
          {settings.map(part => (
            <Part key={part.label} part={part} />
          ))}
        </Entry>
      )}
    </ul>
  )
}

const icons = { added: CirclePlus, removed: CircleMinus, changed: Pencil } as const
const words = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const
const wayWords = { added: 'Connected', removed: 'Cut off', rerouted: 'Rerouted' } as const

function Entry(props: {
  icon: LucideIcon
  look: keyof typeof icons
  word: string
  name: string
  kind: string
  children: ReactNode
}) {
  const { icon: Drawn, look, word, name, kind, children } = props
  return (
    <li className={styles.difference} data-is={look}>
      <Drawn size={16} aria-hidden className={styles.sign ?? ''} />
      <div className={styles.differenceWords}>
        <p>
          <span className={styles.fate}>{word}</span> <strong>{name}</strong>{' '}
          {kind !== '' && <span className={styles.muted}>{kind}</span>}
        </p>
        <ul className={styles.parts}>{children}</ul>
      </div>
    </li>
  )
}

function Part({ part: { label, before, after } }: { part: ChangedPart }) {
  return (
    <li className={styles.part}>
      <span className={styles.partLabel}>{label}</span>
      {before !== null && <del className={styles.before}>{before}</del>}
      {before !== null && after !== null && <ArrowRight size={12} aria-label="is now" className={styles.arrow ?? ''} />}
      {after === null ? <span className={styles.muted}>(none)</span> : <ins className={styles.after}>{after}</ins>}
    </li>
  )
}
