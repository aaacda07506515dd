import { CircleX, TriangleAlert } from 'lucide-react'
import type { Problem } from '#shared/problems'
import styles from './ui.module.css'

interface Props {
  readonly problems: readonly Problem[]
  /** Called with the problem whose place the user wants to see; left out: nothing to go to. */
  readonly onGoTo?: (problem: Problem) => void
  /** The name of a step, for problems that stand on one. */
  readonly nameOf?: (step: string) => string | undefined
}

/** Problems in words, each with its repair; errors before warnings. */
export function Problems({ problems, onGoTo, nameOf }: Props) {
  const sorted = [...problems].sort((a, b) => rank(a) - rank(b))
  return (
    <ul className={styles.problems}>
      {sorted.map(problem => (
        <li key={`${problem.code} ${problem.step} ${problem.path} ${problem.message}`} className={styles.problem}>
          {problem.severity === 'error' ? (
            <CircleX size={16} color="var(--hl-failed)" role="img" aria-label="Error" />
          ) : (
            <TriangleAlert size={16} color="var(--hl-time)" role="img" aria-label="Warning" />
          )}
          <OneProblem problem={problem} onGoTo={onGoTo} nameOf={nameOf} />
        </li>
      ))}
    </ul>
  )
}

interface One {
  readonly problem: Problem
  readonly onGoTo: Props['onGoTo'] | undefined
  readonly nameOf: Props['nameOf'] | undefined
}

function OneProblem({ problem, onGoTo, nameOf }: One) {
  const { step, message, fix, code } = problem
  const place = step === undefined ? undefined : (nameOf?.(step) ?? step)
  const words = (
    <>
      <span className={styles.problemMessage}>
        {place !== undefined && <span className={styles.problemPlace}>{place}: </span>}
        {message}
      </span>
      <span className={styles.problemFix}>
        {fix} {typeof code === 'number' && <span className={styles.num}>(code {code})</span>}
      </span>
    </>
  )
  if (onGoTo === undefined) return <div className={styles.problemWords}>{words}</div>
  return (
    <button type="button" className={styles.problemButton} onClick={() => onGoTo(problem)}>
      {words}
    </button>
  )
}

function rank(problem: Problem): number {
  return problem.severity === 'error' ? 0 : 1
}
