import { ActionIcon, TextInput } from '@mantine/core'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import { ProblemsAt, replaced, without } from './field'
import styles from './fields.module.css'
import { AddButton } from './rows'

interface Way {
  readonly id: string
  readonly label: string
}

interface Props<W extends Way> {
  readonly ways: readonly W[]
  readonly onChange: (ways: readonly W[]) => void
  readonly path: string
  readonly problems: readonly Problem[]
  readonly most: number
  /** What one is called: `group`. */
  readonly word: string
  readonly fresh: (id: string) => W
  readonly children: (way: W, set: (change: Partial<W>) => void, path: string) => ReactNode
}

/**
 * Ways out that are asked from the top: each with a name and a body, moved up and down with buttons so that the
 * keyboard can do it too.
 */
export function Ranked<W extends Way>({ ways, onChange, path, problems, most, word, fresh, children }: Props<W>) {
  return (
    <>
      <ol className={styles.ranked}>
        {ways.map((way, i) => {
          const set = (change: Partial<W>) => onChange(replaced(ways, i, { ...way, ...change }))
          const name = way.label || `${word} ${i + 1}`
          return (
            <li key={way.id} className={styles.way}>
              <div className={styles.wayHead}>
                <span className={styles.rank} aria-hidden>
                  {i + 1}
                </span>
                <TextInput
                  aria-label={`Name of ${word} ${i + 1}`}
                  data-path={`${path}.${i}.label`}
                  maxLength={60}
                  value={way.label}
                  error={problems.some(p => p.path === `${path}.${i}.label`)}
                  onChange={event => set({ label: event.currentTarget.value } as Partial<W>)}
                  className={styles.grow ?? ''}
                />
                <Tool
                  icon={<ArrowUp size={14} aria-hidden />}
                  label={`Move ${name} up`}
                  act={i === 0 ? undefined : () => onChange(swapped(ways, i - 1))}
                />
                <Tool
                  icon={<ArrowDown size={14} aria-hidden />}
                  label={`Move ${name} down`}
                  act={i === ways.length - 1 ? undefined : () => onChange(swapped(ways, i))}
                />
                <Tool
                  icon={<X size={14} aria-hidden />}
                  label={`Remove ${name}`}
                  act={ways.length === 1 ? undefined : () => onChange(without(ways, i))}
                />
              </div>
              <ProblemsAt problems={problems} path={`${path}.${i}.label`} />
              {children(way, set, `${path}.${i}`)}
            </li>
          )
        })}
      </ol>
      {ways.length < most ? (
        <AddButton onClick={() => onChange([...ways, fresh(freeId(ways))])}>Add a {word}</AddButton>
      ) : (
        <p className={styles.nothing}>
          {most} is the most: one more {word} would need a second step.
        </p>
      )}
    </>
  )
}

/** A small button of a list member; without an act it cannot be pressed. */
export function Tool({ icon, label, act }: { icon: ReactNode; label: string; act: (() => void) | undefined }) {
  return (
    <ActionIcon aria-label={label} title={label} size={28} disabled={act === undefined} onClick={() => act?.()}>
      {icon}
    </ActionIcon>
  )
}

/** The member at `i` and the one after it change places. */
export function swapped<W>(ways: readonly W[], i: number): readonly W[] {
  const moved = [...ways]
  moved.splice(i, 2, ...ways.slice(i, i + 2).reverse())
  return moved
}

/** A letter that no way has: edges hang on it, so a way keeps its own when it moves. */
function freeId(ways: readonly Way[]): string {
  const taken = new Set(ways.map(w => w.id))
  return [...'abcdefghijklmnopqrstuvwxyz'].find(letter => !taken.has(letter)) ?? `w${ways.length + 1}`
}
