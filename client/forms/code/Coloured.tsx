import { Fragment, memo } from 'react'
import { piecesOf } from './colour'
import styles from './colour.module.css'

/** A template in its colours, sign for sign. */
export const Coloured = memo(function Coloured({ text }: { text: string }) {
  const pieces = piecesOf(text)
  return (
    <span>
      {pieces.map(({ from, to, is }, i) => (
        <Fragment key={from}>
          {text.slice(pieces[i - 1]?.to ?? 0, from)}
          <span className={styles[is]}>{text.slice(from, to)}</span>
        </Fragment>
      ))}
      {text.slice(pieces.at(-1)?.to ?? 0)}
    </span>
  )
})
