import { parseArgs } from 'node:util'
import { RISK } from '#shared/rules/statistics/judge'
import { DAYS, verdictsOf } from './speed'

/**
 * `node test/run.mjs test/shared/speed-grid.ts --runs 2000`: that many experiments in which no variant is better, for each cell of a grid: by how much slower B's leads
 * convert, by leads a day, and by the least time of the rule. Prints how many of them had a winner, and how many a verdict, at any look of forty days; fails where
 * more than 5 % did. Cells that differ by the least time alone are the same experiments. Some 20 ms for each experiment.
 */
export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '2000' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1) {
    console.error('Usage: node test/run.mjs test/shared/speed-grid.ts --runs 2000')
    return 2
  }
  let isRight = true
  console.log(`${runs} experiments for each row, looked at every day for ${DAYS} days; percent of them.`)
  console.log('B slower by  leads a day  least time  false winner  false verdict  sample ratio')
  let seed = 0
  for (const [slower, days] of slowness)
    for (const leads of [200, 500]) {
      const setUp = { slower: days, leadsOn: () => leads, cohorts: 4, looks: 1 }
      const said = Array.from({ length: runs }, () => verdictsOf(++seed, setUp, times))
      const ahead = said.filter(s => s.ahead).length
      const mismatch = said.filter(s => s.mismatch).length
      for (const [i, time] of times.entries()) {
        const won = said.filter(s => s.won[i]).length
        isRight &&= Math.max(won, ahead, mismatch) <= RISK * runs
        const [winner, verdict, ratio] = [won, ahead, mismatch].map(n => ((100 * n) / runs).toFixed(2))
        console.log(
          `${slower.padEnd(11)}  ${String(leads).padStart(11)}  ${(time ?? 'none').padEnd(10)}  ${winner?.padStart(12)}  ${verdict?.padStart(13)}  ${ratio?.padStart(12)}`,
        )
      }
    }
  console.log(isRight ? 'At most 5 % in every cell.' : 'More than 5 % in a cell.')
  return isRight ? 0 : 1
}

const times = [null, 'P7D', 'P14D']
const slowness = [
  ['0', 0],
  ['6 hours', 0.25],
  ['1 day', 1],
  ['3 days', 3],
] as const
