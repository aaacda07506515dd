import type { SandboxCall } from '#shared/api'
import { CodeBlock, Mono, pretty, When } from '../ui'
import { Answered } from './CallList'
import styles from './sandbox.module.css'

/** One call that arrived: its line, headers and body. */
export function CallDetail({ call }: { call: SandboxCall }) {
  const headers = Object.entries(call.headers).sort(([a], [b]) => a.localeCompare(b))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.detail} aria-label={`Call ${call.n}`} tabIndex={0}>
      <header className={styles.detailHead}>
        <h2 className={styles.detailTitle}>
          <span className={styles.method}>{call.method}</span> <Mono value={call.path} copy="the path" />
        </h2>
        <p className={styles.detailLine}>
          Call {call.n}, <When at={call.at} />, answered <Answered status={call.answered} />
        </p>
      </header>
      <h3 className={styles.part}>Body</h3>
      {call.body === '' ? (
        <p className={styles.none}>The call has no body.</p>
      ) : (
        <CodeBlock text={pretty(call.body)} label="body" max={520} />
      )}
      <h3 className={styles.part}>Headers</h3>
      <table className={styles.headers}>
        <tbody>
          {headers.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
