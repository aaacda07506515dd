import { Button } from '@mantine/core'
import { Refusal } from '../ui'
import { useCreateCampaign } from './actions'
import styles from './campaigns.module.css'

/** The first screen of an empty installation: what this is, and two ways to begin. */
export function FirstRun() {
  const create = useCreateCampaign()
  const isSample = create.variables === 'sample'
  return (
    <div className={styles.first}>
      <FlowDrawing />
      <h1 className={styles.firstTitle}>Draw a campaign. Watch every lead walk it.</h1>
      <p className={styles.firstText}>
        Connect a trigger, filters, delays and webhooks on a canvas and press Launch. Each lead takes its own way, and
        you can always ask what happened and why.
      </p>
      <div className={styles.firstChoices}>
        <Button
          loading={create.isPending && isSample}
          disabled={create.isPending}
          onClick={() => create.mutate('sample')}
        >
          Start with a sample campaign
        </Button>
        <Button
          variant="default"
          loading={create.isPending && !isSample}
          disabled={create.isPending}
          onClick={() => create.mutate({ name: 'Untitled campaign' })}
        >
          Blank canvas
        </Button>
      </div>
      <p className={styles.firstNote}>
        The sample brings leads of its own and calls the built-in sandbox receiver. Nothing leaves this machine.
      </p>
      <Refusal what="The campaign was not created." error={create.error} />
    </div>
  )
}

/** Three steps on a line that ends in a hook: the product in one drawing. */
function FlowDrawing() {
  return (
    <svg
      className={styles.drawing}
      viewBox="0 0 420 132"
      role="img"
      aria-label="A trigger, a delay and a webhook, joined by a line"
    >
      <path className={styles.wire} d="M0 44h24M144 44h18M282 44h18" />
      <path className={styles.wire} d="M360 64v26a18 18 0 0 1-36 0v-6l9 8" />
      <StepDrawing x={24} colour="--hl-entry" lines={[54, 34]} />
      <StepDrawing x={162} colour="--hl-time" lines={[40, 60]} />
      <StepDrawing x={300} colour="--hl-webhook" lines={[58, 44]} />
    </svg>
  )
}

function StepDrawing({ x, colour, lines }: { x: number; colour: string; lines: readonly [number, number] }) {
  return (
    <g transform={`translate(${x} 24)`}>
      <rect className={styles.card} width={120} height={40} rx={6} />
      <path d="M5 0v40A5 5 0 0 1 0 35V5A5 5 0 0 1 5 0Z" fill={`var(${colour})`} />
      <circle cx={20} cy={20} r={6} fill="none" strokeWidth={2} stroke={`var(${colour})`} />
      <rect className={styles.words} x={36} y={12} width={lines[0]} height={5} rx={2.5} />
      <rect className={styles.fainter} x={36} y={23} width={lines[1]} height={5} rx={2.5} />
    </g>
  )
}
