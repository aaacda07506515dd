import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Problem } from '#shared/problems'
import type { Field } from '#shared/steps/fields'
import styles from './fields.module.css'
import { Mend } from './mend'

/**
 * What every field is given. Values were parsed by their kind's schema, and `onChange` may only be called with what
 * parses again.
 */
export interface FieldProps<V = unknown, F extends Field = Field> {
  readonly value: V
  onChange(value: V): void
  readonly field: F
  /** Where the value stands: `config.where`. Problems name such a path. */
  readonly path: string
  readonly problems: readonly Problem[]
  /** The whole config of the step, for fields that must agree with a neighbour. */
  readonly config: Readonly<Record<string, unknown>>
  /** Replaces the whole config, for a field that changes its neighbours. */
  onConfig?(config: Readonly<Record<string, unknown>>): void
}

export type FieldOf<A extends Field['as']> = Extract<Field, { as: A }>

/** The problem that stands exactly here, as the error of a control; undefined when there is none. */
export function problemAt(problems: readonly Problem[], path: string): ReactNode {
  const found = problems.filter(p => p.path === path)
  return found.length === 0 ? undefined : <Sentences problems={found} />
}

/** The problems of a control that has no place of its own to show them. */
export function ProblemsAt({ problems, path }: { problems: readonly Problem[]; path: string }) {
  const found = problems.filter(p => p.path === path)
  return found.length === 0 ? null : (
    <div className={styles.problem} role="status">
      <Sentences problems={found} />
    </div>
  )
}

function Sentences({ problems }: { problems: readonly Problem[] }) {
  return problems.map(({ code, severity, message, fix, repair }) => (
    <span key={`${code}${message}`} className={styles.sentence} data-severity={severity}>
      {severity === 'error' ? <CircleAlert size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
      <span>
        {message} {fix} {repair !== undefined && <Mend repair={repair} />}
      </span>
    </span>
  ))
}

/** A field made of several controls: its label, its help, the problems that stand on the whole. */
export function Several({
  field,
  path,
  problems,
  children,
}: Omit<FieldProps, 'value' | 'onChange' | 'config' | 'onConfig'> & { children: ReactNode }) {
  return (
    <fieldset className={styles.several} data-path={path}>
      <legend>{field.label}</legend>
      {field.help !== undefined && <p className={styles.help}>{field.help}</p>}
      {children}
      <ProblemsAt problems={problems} path={path} />
    </fieldset>
  )
}

/** A list with one member changed, or taken out. */
export function replaced<T>(list: readonly T[], at: number, member: T): T[] {
  return list.map((old, i) => (i === at ? member : old))
}
export function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at)
}
