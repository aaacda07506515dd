import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Build, type Compared, compareOn } from './compare'
import { canTrace } from './fsyncs'
import { ensureBuilt } from './hookline'
import { type Machine, readMachine } from './machine'
import { startEntry, tidyUp } from './processes'
import { chosenSets, workSets } from './sets'

/**
 * `npm run bench`: sets of leads through the whole product, beside the smallest durable engine that one can write (floor.ts)
 * and undici alone, everything on loopback and every party a process of its own. `--against <folder>`: in turn with
 * another build. Rates suffer from other work on the machine, processor time hardly: judge a change by pairs in one run.
 */

const USAGE = `Usage: npm run bench -- [--only SET,...|all] [--list] [--against FOLDER] [--rounds N] [--leads N] [--quick]
                        [--fsyncs] [--profile FOLDER] [--dir FOLDER] [--json]`

/** Sets are told in shares of so many leads. */
const LEADS = 20_000
const QUICK_LEADS = 2_000
const FEWEST = 20

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      against: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      leads: { type: 'string' },
      quick: { type: 'boolean', default: false },
      fsyncs: { type: 'boolean', default: false },
      profile: { type: 'string' },
      dir: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (values.list) {
    for (const { id, title } of workSets) console.log(`${id.padEnd(16)} ${title}`)
    return 0
  }
  const leads = Number(values.leads ?? (values.quick ? QUICK_LEADS : LEADS))
  const rounds = Number(values.rounds)
  const sets = chosenSets(values.only)
  const trouble = troubleWith({ ...values, leads, rounds, sets })
  if (trouble !== undefined || sets === undefined) {
    console.error(`${trouble}\n${USAGE}`)
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
  await ensureBuilt()
  const sink = startEntry('sink.ts', [])
  const sinkPort = Number((await sink.line('port')).split(' ')[1])
  const machine = readMachine(values.dir)
  if (!values.json) console.log(sayMachine(machine))
  const found: Compared[] = []
  for (const set of sets) {
    const ground = { set, leads: Math.max(FEWEST, Math.round(leads * set.share)), sinkPort, under: values.dir }
    const { against, fsyncs, profile } = values
    const compared = await compareOn(ground, { against, rounds, fsyncs, profile })
    found.push(compared)
    if (!values.json) console.log(say(compared))
  }
  if (values.json) console.log(JSON.stringify({ machine, rounds, sets: found }))
  tidyUp()
  return 0
}

function troubleWith(asked: {
  readonly leads: number
  readonly rounds: number
  readonly sets: unknown
  readonly only: string
  readonly against?: string | undefined
  readonly fsyncs: boolean
}): string | undefined {
  const { leads, rounds, sets, only, against, fsyncs } = asked
  if (!Number.isInteger(leads) || leads < FEWEST) return `--leads is a number from ${FEWEST} on.`
  if (!Number.isInteger(rounds) || rounds < 1) return '--rounds is a number from 1 on.'
  if (sets === undefined) return `--only ${only}: there is no such set; --list names them.`
  if (fsyncs && !canTrace()) return '--fsyncs counts with strace, which is not on this machine.'
  if (against === undefined) return undefined
  const isBuilt = existsSync(join(against, 'dist/server/main.js')) && existsSync(join(against, 'node_modules'))
  return isBuilt ? undefined : `${against} holds no build: "npm ci && npm run build" there first.`
}

// What is printed

function sayMachine({ cpu, cores, memory_gb, node, load, disk, fdatasync_ms }: Machine): string {
  return `${cores} x ${cpu}, ${memory_gb} GiB, Node ${node}, ${disk} (fdatasync ${fdatasync_ms} ms), load ${load} before the start`
}

function say({ set, title, leads, old, new: now, floor, cpu_of_old, main_of_old, rate_of_old }: Compared): string {
  return [
    `${set}: ${title}, ${leads.toLocaleString('en')} leads`,
    ...(old === null ? [] : sayBuild('old', old)),
    ...sayBuild('new', now),
    ...(old === null ? [] : [`        of the old: CPU ${cpu_of_old}, main thread ${main_of_old}, rate ${rate_of_old}`]),
    ...(floor === null ? [] : [`  floor ${sayPace(floor)}`]),
  ].join('\n')
}

function sayBuild(name: string, build: Build): string[] {
  const { figures, floors, of_undici, undici, stalls, fsyncs } = build
  const parts = [
    floors === null ? '' : `${floors} floors`,
    of_undici === null
      ? ''
      : `${of_undici} of undici alone (${undici?.figures['per_s']?.toLocaleString('en')}/s over ${figures['connections']} connections)`,
    `stall ${stalls.figures['stall_worst_ms']} ms (p99 ${stalls.figures['stall_p99_ms']})`,
    figures['late_p99_ms'] === null ? '' : `late p50 ${figures['late_p50_ms']} ms, p99 ${figures['late_p99_ms']} ms`,
    figures['post_p99_ms'] === null ? '' : `a request p99 ${figures['post_p99_ms']} ms`,
    `${figures['stored_b']} B stored, ${figures['written_b']} B written`,
    `peak ${figures['peak_rss_mb']} MiB, start ${figures['start_s']} s`,
    fsyncs === null ? '' : `${fsyncs} fsyncs`,
  ]
  return [`  ${name}   ${sayPace(build)}`, `        ${parts.filter(part => part !== '').join('; ')}`]
}

function sayPace({ figures, spread }: Pick<Build, 'figures' | 'spread'>): string {
  const percent = (name: string) => `spread ${Math.round((spread[name] ?? 0) * 100)} %`
  const { cpu_us, main_us, per_s } = figures
  return `${cpu_us} us (${percent('cpu_us')}; main ${main_us}), ${per_s?.toLocaleString('en')}/s (${percent('per_s')})`
}
