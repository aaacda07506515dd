import type { CSSProperties } from 'react'
import type { JournalLine } from '#shared/api'
import { findGate } from '#shared/rules/gates/index'
import styles from './inspector.module.css'
import { lookOf } from './looks'
import { sayName } from './Seen'
import { entryOf } from './story'
import { Table } from './Table'

/**
 * Every gate that was asked in one round, in order, with its verdict and its reason. The first that does not pass
 * decides.
 */
export function Verdicts({ round, current }: { round: readonly JournalLine[]; current: number }) {
  return (
    <Table heads={['Gate', 'Verdict', 'Why']}>
      {round.map(line => {
        const entry = entryOf(line)
        if (entry.is !== 'gate') return null
        const { icon: Icon, colour, word } = lookOf(entry)
        return (
          <tr key={line.seq} data-current={line.seq === current || undefined}>
            <td>{findGate(entry.gate)?.title ?? sayName(entry.gate)}</td>
            <td>
              <span className={styles.result} style={{ '--mark': `var(${colour})` } as CSSProperties}>
                <Icon size={14} aria-hidden />
                {word}
              </span>
            </td>
            <td>{line.text}</td>
          </tr>
        )
      })}
    </Table>
  )
}
