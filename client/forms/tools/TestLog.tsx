import { Modal } from '@mantine/core'
import { useState } from 'react'
import type { TestSendView } from '#shared/api/webhook-test'
import { useTest, useTests } from '../../api/tests'
import { Loaded, When } from '../../ui'
import styles from '../fields/fields.module.css'
import { Result } from './TestResult'

/** In a word, as the results of a test begin. */
const verdicts: { readonly [V in TestSendView['verdict']]: string } = {
  received: 'Received',
  retry: 'Not received',
  failed: 'Failed',
  skipped: 'Not sent',
  uncertain: 'Uncertain',
}

/** The test sends of this step, newest first: to whom, what came of it, when. Each can be opened. */
export function TestLog({ campaignId, step }: { campaignId: string; step: string }) {
  const query = useTests(campaignId, step)
  const [opened, setOpened] = useState<TestSendView | null>(null)
  return (
    <section aria-labelledby="earlier-tests" className={styles.several}>
      <h4 id="earlier-tests" className={styles.logTitle}>
        Test sends of this step
      </h4>
      <Loaded query={query} what="the test sends" rows={2}>
        {tests =>
          tests.length === 0 ? (
            <p className={styles.help}>None yet. What you send above is listed here, with its answer.</p>
          ) : (
            <ul className={styles.log}>
              {tests.map(test => (
                <li key={test.id}>
                  <button type="button" className={styles.logged} onClick={() => setOpened(test)}>
                    <span className={styles.loggedVerdict} data-verdict={test.verdict}>
                      {verdicts[test.verdict]}
                      {test.status !== null && ` ${test.status}`}
                    </span>
                    <span className={styles.loggedLead} title={test.lead}>
                      {test.lead}
                    </span>
                    <When at={test.at} />
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <Modal opened={opened !== null} onClose={() => setOpened(null)} title="Test send" size="lg">
        {opened !== null && <Whole test={opened} />}
      </Modal>
    </section>
  )
}

function Whole({ test: { id, at } }: { test: TestSendView }) {
  return (
    <Loaded query={useTest(id)} what="the test send" rows={4}>
      {tested => (
        <>
          <p className={styles.help}>
            Sent <When at={at} />
          </p>
          <Result tested={tested} />
        </>
      )}
    </Loaded>
  )
}
