import { Button, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, CircleDashed, Hand, type LucideIcon, Scale, Sprout, Trophy } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Report } from '#shared/api'
import type { ExperimentAct } from '#shared/api/experiments'
import { sayLacking } from '#shared/rules/statistics/groups'
import { sayAhead } from '#shared/rules/statistics/winner'
import { plainMs, sayDuration } from '#shared/time/duration'
import { keys } from '../api'
import { decideExperiment } from '../api/experiments'
import { Confirm, sayNumber, When } from '../ui'
import styles from './reports.module.css'

type Experiment = Report['experiments'][number]

interface Props {
  readonly campaignId: string
  readonly experiment: Experiment
  /** Leads still come: something can be decided by hand. */
  readonly isRunning: boolean
}

/** Where an experiment stands, in a sentence, and what can be decided by hand. */
export function ExperimentState({ campaignId, experiment, isRunning }: Props) {
  const { icon: Icon, colour, says } = lookOf(experiment)
  return (
    <div className={styles.standing}>
      <Icon size={16} color={`var(${colour})`} className={styles.sign} aria-hidden />
      <p role="status">{says}</p>
      {isRunning && <ByHand campaignId={campaignId} experiment={experiment} />}
    </div>
  )
}

interface Look {
  readonly icon: LucideIcon
  readonly colour: string
  readonly says: ReactNode
}

function lookOf(experiment: Experiment): Look {
  const { standing, decide, shares } = experiment
  const winner = shares.find(({ id }) => id === standing?.winner)?.label
  const others = shares.some(({ isControl }) => isControl)
    ? 'All new leads but control go there'
    : 'All new leads go there'
  if (standing?.state === 'won' && winner !== undefined && standing.by === 'hand')
    return {
      icon: Hand,
      colour: '--hl-experiment',
      says: (
        <>
          <strong>{winner} was chosen by hand</strong> <When at={standing.decidedAt ?? standing.startedAt} />. {others}.
        </>
      ),
    }
  if (standing?.state === 'won' && winner !== undefined && decide.as === 'winner')
    return {
      icon: Trophy,
      colour: '--hl-succeeded',
      says: (
        <>
          <strong>{winner} has won</strong> <When at={standing.decidedAt ?? standing.startedAt} />
          {standing.ahead === null ? '. ' : `, ${sayAhead(standing.ahead)}. `}
          {others}. What is judged below is what was seen then.
        </>
      ),
    }
  if (standing?.state === 'mixed' && decide.as === 'winner')
    return {
      icon: Scale,
      colour: '--hl-waiting',
      says: (
        <>
          <strong>No winner:</strong> when time was up <When at={standing.decidedAt ?? standing.startedAt} />, no
          variant was significantly ahead of all others. The split stays as it is.
        </>
      ),
    }
  if (standing?.by === 'hand')
    return {
      icon: Hand,
      colour: '--hl-experiment',
      says: (
        <>
          <strong>Testing on, by hand.</strong> No winner is chosen until you do, or start anew.
        </>
      ),
    }
  if (decide.as === 'bandit')
    return {
      icon: Sprout,
      colour: '--hl-experiment',
      says: (
        <>
          <strong>The weights learn.</strong>{' '}
          {standing?.weighedAt == null ? (
            'They begin to move with the first leads.'
          ) : (
            <>
              They last moved <When at={standing.weighedAt} />.
            </>
          )}{' '}
          They look at leads whose goal window is over. There is no verdict, because the weights follow it: for proof,
          look for a winner instead.
        </>
      ),
    }
  return { icon: CircleDashed, colour: '--hl-skipped', says: <Testing experiment={experiment} /> }
}

function Testing({ experiment: { standing, decide, shares } }: { experiment: Experiment }) {
  if (decide.as !== 'winner')
    return (
      <>
        <strong>Testing.</strong> The split stays until you decide.
      </>
    )
  const { leads, time, ifNone } = decide
  const lacks = leads === null ? undefined : sayLacking(shares, leads)
  const waits = [
    ...(leads !== null && lacks !== undefined
      ? [`once each group has ${sayNumber(leads)} leads whose goal window is over (${lacks})`]
      : []),
    ...(time !== null && standing === null ? [`${sayDuration(time)} after the first lead`] : []),
  ]
  const from = standing === null || time === null ? null : standing.startedAt + plainMs(time)
  return (
    <>
      <strong>Testing.</strong> A winner is looked for {waits.length === 0 ? 'all the time' : waits.join(', and ')}
      {from !== null && (
        <>
          {waits.length === 0 ? ', from ' : ', and from '}
          <When at={from} /> on
        </>
      )}
      . It must be significantly ahead of all others
      {ifNone === 'keep-mix' && (leads !== null || time !== null) ? '; when none is by then, the split stays.' : '.'}
    </>
  )
}

interface Choice {
  readonly act: ExperimentAct
  readonly item: string
  readonly title: string
  readonly button: string
  readonly says: string
}

function ByHand({ campaignId, experiment }: Omit<Props, 'isRunning'>) {
  const [chosen, setChosen] = useState<Choice | null>(null)
  const [opened, setOpened] = useState(false)
  const queries = useQueryClient()
  const decide = useMutation({
    mutationFn: (act: ExperimentAct) => decideExperiment(campaignId, experiment.step, act),
    onSuccess: report => {
      queries.setQueryData(keys.report(campaignId), report)
      void queries.invalidateQueries({ queryKey: keys.campaign(campaignId) })
      setOpened(false)
    },
  })
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden />}>
            Decide by hand
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {choicesOf(experiment).map(choice => (
            <Menu.Item
              key={choice.item}
              onClick={() => {
                decide.reset()
                setChosen(choice)
                setOpened(true)
              }}
            >
              {choice.item}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={opened}
        title={chosen?.title ?? ''}
        act={chosen?.button ?? ''}
        refused="Nothing was changed."
        busy={decide.isPending}
        error={decide.error}
        onConfirm={() => chosen !== null && decide.mutate(chosen.act)}
        onClose={() => setOpened(false)}
      >
        <p>{chosen?.says}</p>
      </Confirm>
    </>
  )
}

function choicesOf({ name, shares, standing }: Experiment): readonly Choice[] {
  const isTestingByHand = standing?.state === 'testing' && standing.by === 'hand'
  const routed = standing?.state === 'won' ? standing.winner : null
  const variants = shares.filter(({ id, isControl }) => !isControl && !(id === routed && standing?.by === 'hand'))
  const control = shares.some(({ isControl }) => isControl) ? ' Control stays control.' : ''
  return [
    ...variants.map(
      ({ id, label }): Choice => ({
        act: { do: 'send-to', variant: id },
        item: `Send everybody to ${label}`,
        title: `Send everybody to ${label}?`,
        button: `Send everybody to ${label}`,
        says: `From now on every lead who comes to "${name}" goes to ${label}.${control} Leads who have passed stay where they are. No rule decides any more; you can go on testing later.`,
      }),
    ),
    ...(isTestingByHand
      ? []
      : [
          {
            act: { do: 'go-on-testing' },
            item: 'Go on testing',
            title: 'Go on testing?',
            button: 'Go on testing',
            says: 'Leads are drawn by the weights of the split again, and no rule chooses a winner. What was counted so far goes on counting, also leads who were sent to one variant meanwhile: for a clean comparison, start anew.',
          } as const,
        ]),
    {
      act: { do: 'start-anew' },
      item: 'Start the experiment anew',
      title: 'Start the experiment anew?',
      button: 'Start anew',
      says: `The counts of "${name}" begin at zero, and what was decided is forgotten. The live version is published once more under the next number, and only leads who enter from then on are counted; those inside walk on.`,
    },
  ]
}
