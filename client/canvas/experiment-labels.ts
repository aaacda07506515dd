import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { CampaignView, Report } from '#shared/api'
import { kindOf } from '#shared/steps/index'
import { api, keys } from '../api'
import type { Editor } from './editor'

/** What a card of an experiment says of the live campaign. */
export interface ExperimentLabels {
  /** `B has won`; null while nothing was decided. */
  readonly says: string | null
  /** What its ports say by now, by what they say while nothing is decided. */
  readonly ports: ReadonlyMap<string, string>
}

/** What was decided changes seldom, and the report behind them is not small. */
const ASK_MS = 10_000

/** Keeps the cards of experiments up to date while the campaign runs. */
export function useExperimentLabels({ id, status, graph }: CampaignView, overlays: Editor['overlays']): void {
  const isOn = status !== 'draft' && Object.values(graph.steps).some(({ kind }) => kindOf(kind).shares !== undefined)
  const { data } = useQuery({
    queryKey: keys.report(id),
    queryFn: ({ signal }) => api.report(id, { signal }),
    enabled: isOn,
    refetchInterval: ASK_MS,
  })
  useEffect(() => {
    const experiments = isOn && data !== undefined ? data.experiments : []
    overlays.setState({ experiments: new Map(experiments.map(e => [e.step, labelsOf(e)])) })
  }, [data, isOn, overlays])
}

function labelsOf(experiment: Report['experiments'][number]): ExperimentLabels {
  const moved = experiment.shares.filter(({ weight, current }) => weight !== current)
  return {
    says: moved.length === 0 ? null : sayDecision(experiment),
    ports: new Map(moved.map(({ label, weight, current }) => [`${label} ${weight} %`, `${label} ${current} %`])),
  }
}

function sayDecision({ shares, standing }: Report['experiments'][number]): string {
  const winner = shares.find(({ id }) => id === standing?.winner)?.label
  if (winner === undefined) return 'The weights learn'
  return standing?.by === 'hand' ? `${winner} was chosen by hand` : `${winner} has won`
}
