import { Handle, type NodeProps, Position, useStore } from '@xyflow/react'
import { Ban, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import { type CSSProperties, memo } from 'react'
import type { Port } from '#shared/steps/define'
import styles from './canvas.module.css'
import { isFlat } from './canvas-look'
import { CARD, DOT, describe, groupColour, labelRows, portX } from './card'
import { count, type StepFlowNode } from './flow'
import { Icon } from './Icon'
import {
  useIsCurrent,
  useIsTarget,
  useLabels,
  useMissed,
  useOutcome,
  usePassed,
  useStepLight,
  useStepProblems,
  useWaiting,
} from './overlays'

/** A step on the canvas: one component for all kinds. 200 x 84, always: a name, two lines of summary, and a foot. */
export const StepNode = memo(function StepNode({ id, data: { step }, selected }: NodeProps<StepFlowNode>) {
  const flat = useStore(isFlat)
  const light = useStepLight(id)
  const isCurrent = useIsCurrent(id)
  const isTarget = useIsTarget(id)
  const problems = useStepProblems(id)
  const { kind, ports, summary: drawn } = describe(step)
  const experiment = useLabels(id)
  const summary = [experiment?.says, drawn].filter(Boolean).join(' · ')
  const look = {
    style: { '--colour': groupColour(kind) } as CSSProperties,
    'data-light': light,
    'data-current': isCurrent || undefined,
    'data-selected': selected || undefined,
    'data-target': isTarget || undefined,
    'data-kind': step.kind,
  }
  if (flat)
    return (
      <div className={styles.flat} {...look} data-faulty={problems.some(p => p.severity === 'error') || undefined}>
        <Anchors ports={ports} hasEntrance={kind.entry === undefined} />
      </div>
    )
  return (
    <div className={styles.card} {...look}>
      <span className={styles.icon}>
        <Icon path={kind.icon} />
      </span>
      <div className={styles.words}>
        <strong title={step.name}>{step.name || kind.title}</strong>
        <span className={styles.summary} title={summary}>
          {summary}
        </span>
        <Foot id={id} isEnd={ports.length === 0} />
      </div>
      <Badge id={id} />
      {kind.entry === undefined && (
        <Handle id="in" type="target" position={Position.Top} className={styles.dot} style={{ left: CARD.width / 2 }} />
      )}
      {ports.map((port, i) => (
        <PortDot key={port.id} port={port} x={portX(i, ports.length)} />
      ))}
      {labelRows(ports) > 0 && <PortLabels ports={ports} now={experiment?.ports} />}
    </div>
  )
})

/**
 * Where edges end on a flat card: bare elements that are never painted. React Flow looks for them whenever a card is
 * mounted, in spite of the declared handles; without them the edges of a card that came back into view are lost
 * (12.12.1, error 008).
 */
function Anchors({ ports, hasEntrance }: { ports: readonly Port[]; hasEntrance: boolean }) {
  return (
    <>
      {hasEntrance && (
        <i
          className="target"
          data-handleid="in"
          data-handlepos="top"
          style={{ left: CARD.width / 2 - DOT / 2, top: -DOT / 2 }}
        />
      )}
      {ports.map((port, i) => (
        <i
          key={port.id}
          className="source"
          data-handleid={port.id}
          data-handlepos="bottom"
          style={{ left: portX(i, ports.length) - DOT / 2, top: CARD.height - DOT / 2 }}
        />
      ))}
    </>
  )
}

/** The first problem, else the live counts, else nothing. */
function Foot({ id, isEnd }: { id: string; isEnd: boolean }) {
  const waiting = useWaiting(id)
  const passed = usePassed(id)
  const missed = useMissed(id)
  const outcome = useOutcome(id)
  const [first] = useStepProblems(id)
  if (outcome !== undefined) {
    const { word, icon: Sign } = outcomeLooks[outcome]
    return (
      <span className={styles.foot} data-outcome={outcome}>
        <Sign size={12} aria-hidden /> {word}
      </span>
    )
  }
  if (waiting !== null && first?.severity !== 'error') {
    const say = (n: (n: number) => string) =>
      [
        sayCounts(n(passed), waiting === 0 ? null : n(waiting), isEnd),
        ...(missed.failed === 0 ? [] : [`${n(missed.failed)} failed`]),
        ...(missed.notSent === 0 ? [] : [`${n(missed.notSent)} not sent`]),
      ].join(' · ')
    return (
      <span className={styles.foot} title={say(exact.format)}>
        {say(brief)}
      </span>
    )
  }
  if (first === undefined) return null
  return (
    <span className={styles.foot} data-severity={first.severity} title={`${first.message} ${first.fix}`}>
      {first.message}
    </span>
  )
}

const outcomeLooks = {
  received: { word: 'Received', icon: CircleCheck },
  failed: { word: 'Failed', icon: CircleX },
  notSent: { word: 'Not sent', icon: Ban },
  uncertain: { word: 'Uncertain', icon: TriangleAlert },
} as const

const exact = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
const brief = (n: number) => (n < 10_000 ? exact : compact).format(n)

/** `214 waiting · 1,903 passed`. Nobody waits in most steps: then only who passed. */
function sayCounts(passed: string, waiting: string | null, isEnd: boolean): string {
  const gone = `${passed} ${isEnd ? 'ended here' : 'passed'}`
  return waiting === null ? gone : `${waiting} waiting · ${gone}`
}

function Badge({ id }: { id: string }) {
  const problems = useStepProblems(id)
  const errors = problems.filter(p => p.severity === 'error')
  if (problems.length === 0) return null
  const shown = errors.length > 0 ? errors : problems
  const title = shown.map(p => `${p.message} ${p.fix}`).join('\n')
  return errors.length > 0 ? (
    <span className={styles.badge} title={title} role="img" aria-label={count(errors.length, 'error')}>
      {errors.length}
    </span>
  ) : (
    <span className={styles.hint} title={title} role="img" aria-label={count(problems.length, 'hint')}>
      <TriangleAlert size={14} aria-hidden />
    </span>
  )
}

function PortDot({ port, x }: { port: Port; x: number }) {
  return (
    <Handle
      id={port.id}
      type="source"
      position={Position.Bottom}
      className={styles.dot}
      style={{ left: x }}
      title={port.label}
    />
  )
}

/** `now`: what labels say by now, where something was decided. */
function PortLabels({ ports, now }: { ports: readonly Port[]; now: ReadonlyMap<string, string> | undefined }) {
  return (
    <div className={styles.ports} data-rows={labelRows(ports)} data-many={ports.length > 6 || undefined}>
      {ports.map(port => {
        const label = now?.get(port.label) ?? port.label
        return (
          <span key={port.id} title={label}>
            <PortLabel label={label} />
          </span>
        )
      })}
    </div>
  )
}

/** A label that ends in a weight is cut before it, where there is too little room: `Warm wel… 45 %`. */
function PortLabel({ label }: { label: string }) {
  const [, name = label, weight] = /^(.+) (\d[\d.]* %)$/.exec(label) ?? []
  return (
    <b>
      <span>{name}</span>
      {weight !== undefined && <i>{weight}</i>}
    </b>
  )
}
