import { ArrowDown, CircleDashed } from 'lucide-react'
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { JourneyView } from '#shared/api'
import { leavesThen } from '#shared/explain/waiting'
import { nameOf } from '#shared/graph/names'
import type { Graph } from '#shared/graph/schema'
import { findKind } from '#shared/steps/index'
import { Icon } from '../canvas/Icon'
import { sayCount, sayExact, sayNumber, When } from '../ui'
import { Due } from './Due'
import styles from './inspector.module.css'
import { lookOf } from './looks'
import { asOf, entryOf, sayGap, sayTime, type TimeLineRow, zoneOf } from './story'

interface Props {
  readonly journey: JourneyView
  readonly rows: readonly TimeLineRow[]
  readonly selected: number | undefined
  readonly onSelect: (seq: number) => void
  /** Drawn below the selected line, where there is no room for a panel. */
  readonly inline: ReactNode
}

/**
 * The journal, oldest first. One tab stop; the arrow keys walk the lines. New lines never move a reader who is not at
 * the end.
 */
export function TimeLine({ journey, rows, selected, onSelect, inline }: Props) {
  const list = useRef<HTMLOListElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const unseen = useUnseen(end, rows.length)
  const zone = zoneOf(journey)

  // A selection that came from the canvas or the address may be out of view. The first one, which nobody chose, does
  // not move the page: on a phone the name and the path stand above it.
  const isFirst = useRef(true)
  useLayoutEffect(() => {
    const opened = isFirst.current
    isFirst.current = false
    if (opened && isStacked()) return
    const line = list.current?.querySelector(`[data-seq="${selected}"]`)
    // First all of it, with the details below; then at least its beginning.
    line?.parentElement?.scrollIntoView({ block: 'nearest' })
    line?.scrollIntoView({ block: 'nearest' })
  }, [selected])

  const select = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))]
    if (row === undefined) return
    onSelect(row.line.seq)
    list.current?.querySelector<HTMLButtonElement>(`[data-seq="${row.line.seq}"]`)?.focus({ preventScroll: true })
  }
  const walk = (event: KeyboardEvent) => {
    const here = rows.findIndex(row => row.line.seq === selected)
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (to === undefined || !(event.target instanceof HTMLElement) || event.target.dataset['seq'] === undefined) return
    event.preventDefault()
    select(to)
  }

  return (
    <section className={styles.timeLine} aria-label="Time line">
      <header className={styles.panelHead}>
        <h2>Time line</h2>
        <span className={styles.muted}>{sayCount(rows.length, 'line')}</span>
      </header>
      <div className={styles.scroll}>
        <ol ref={list} className={styles.lines} onKeyDown={walk}>
          {rows.map(row => (
            <li key={row.line.seq}>
              <Before row={row} zone={zone} />
              <Line row={row} journey={journey} selected={row.line.seq === selected} onSelect={onSelect} />
              {row.line.seq === selected && inline !== null && <div className={styles.inline}>{inline}</div>}
            </li>
          ))}
          <Ahead journey={journey} />
        </ol>
        <div ref={end} className={styles.end} />
        {unseen > 0 && (
          <button type="button" className={styles.unseen} onClick={() => end.current?.scrollIntoView({ block: 'end' })}>
            <ArrowDown size={14} aria-hidden /> {sayNumber(unseen)} new
          </button>
        )}
      </div>
    </section>
  )
}

/** The day, and the silence, that stand above a line. */
function Before({ row: { day, gap }, zone }: { row: TimeLineRow; zone: string }) {
  return (
    <>
      {gap > 0 && (
        <p className={styles.gap}>
          <span>{sayGap(gap)} later</span>
        </p>
      )}
      {day !== null && (
        <p className={styles.day}>
          {day} <span className={styles.muted}>{zone}</span>
        </p>
      )}
    </>
  )
}

interface LineProps {
  readonly row: TimeLineRow
  readonly journey: JourneyView
  readonly selected: boolean
  readonly onSelect: (seq: number) => void
}

function Line({ row: { line, opens, showsAgo }, journey, selected, onSelect }: LineProps) {
  const zone = zoneOf(journey)
  const then = asOf(journey, line)
  const entry = entryOf(line)
  const look = lookOf(entry)
  const Drawn = look.icon
  const kind = opens && line.step !== null ? kindAt(then.graph, line.step) : undefined
  const colour = kind === undefined ? look.colour : `--hl-${kind.group}`
  return (
    <button
      type="button"
      className={styles.line}
      data-seq={line.seq}
      data-is={line.is}
      data-opens={opens || undefined}
      aria-current={selected || undefined}
      tabIndex={selected ? 0 : -1}
      style={{ '--mark': `var(${colour})` } as CSSProperties}
      onClick={() => onSelect(line.seq)}
    >
      <span className={styles.mark}>
        {kind === undefined ? <Drawn size={15} aria-hidden /> : <Icon path={kind.icon} size={15} />}
      </span>
      <span className={styles.words}>
        {opens && line.step !== null ? (
          <>
            <strong>{nameOf(line.step, then)}</strong>
            <span className={styles.kind}>{kind?.title}</span>
          </>
        ) : (
          line.text
        )}
      </span>
      <span className={styles.time} title={sayExact(line.at, zone)}>
        {sayTime(line.at, zone)}
        {showsAgo && (
          <span className={styles.ago}>
            <When at={line.at} zone={zone} />
          </span>
        )}
      </span>
    </button>
  )
}

/** What comes next, when that is known: not a line of the journal yet. */
function Ahead({ journey }: { journey: JourneyView }) {
  const { status, wakesAt, waitsFor, journal } = journey
  if (status !== 'active' || (wakesAt === null && waitsFor === null)) return null
  const zone = zoneOf(journey)
  return (
    <li className={styles.ahead}>
      <span className={styles.mark}>
        <CircleDashed size={15} aria-hidden />
      </span>
      <span className={styles.words}>
        {wakesAt === null
          ? waitsFor
          : leavesThen(journal.map(entryOf), journey.step ?? undefined)
            ? 'Leaves the campaign'
            : 'Goes on'}
      </span>
      {wakesAt !== null && (
        <span className={styles.time} title={sayExact(wakesAt, zone)}>
          {sayTime(wakesAt, zone)}
          <span className={styles.ago}>
            <Due at={wakesAt} zone={zone} />
          </span>
        </span>
      )}
    </li>
  )
}

function kindAt(graph: Graph, step: string) {
  const found = graph.steps[step]
  return found === undefined ? undefined : findKind(found.kind)
}

/** How many lines came while the end of the list was out of view; at the end the list follows by itself. */
function useUnseen(end: RefObject<HTMLDivElement | null>, count: number): number {
  const [atEnd, setAtEnd] = useState(false)
  const [seen, setSeen] = useState(count)
  useEffect(() => {
    if (end.current === null) return
    const watch = new IntersectionObserver(([entry]) => setAtEnd(entry?.isIntersecting ?? true))
    watch.observe(end.current)
    return () => watch.disconnect()
  }, [end])
  useEffect(() => {
    if (!atEnd) return
    setSeen(count)
    if (!isStacked()) end.current?.scrollIntoView({ block: 'nearest' })
  }, [atEnd, count, end])
  return atEnd ? 0 : Math.max(0, count - seen)
}

/** On a phone the whole page scrolls, and the time line stands below the path. */
function isStacked(): boolean {
  return window.matchMedia('(max-width: 759px)').matches
}
