import type { Json } from '../json'
import { error, type Finding, type Problem, TRIGGER_ONLY, warning } from '../problems'
import { checkCaps } from '../rules/check-caps'
import { checkEntrance } from '../rules/entrance'
import { checkExits } from '../rules/exits'
import { checkGoals } from '../rules/goals'
import { type Mode, takesExecution } from '../rules/mode'
import { missingSecrets } from '../rules/named-secrets'
import { isOwnAddress } from '../rules/own-address'
import { checkQuiet } from '../rules/quiet'
import { misplacedSecrets } from '../rules/secret-hosts'
import type { WebhookRequest } from '../rules/webhook-request'
import { kindOf } from '../steps'
import type { Port } from '../steps/define'
import { plainMs } from '../time/duration'
import type { TemplateFolder } from '../world'
import { checkStepsAsked } from './conditions'
import { audienceOf } from './exits'
import { checkTokens } from './folder'
import { checkLibrary, type Library, withLibrary } from './library'
import { type Graph, intakeOf, modeOf, type Settings, type Step } from './schema'
import { checkSplits } from './splits'
import { targetOf } from './way'

/**
 * Everything that is wrong with a graph, in words, with what to do. Errors block a launch, warnings do not; neither
 * ever blocks saving. The editor and the server call the same function. `around`: the surroundings of the campaign;
 * left out, the graph is judged by itself.
 */
export function validate(drawn: Graph, around?: Around): Problem[] {
  const graph = around === undefined ? drawn : withLibrary(drawn, around.library)
  return [
    ...checkShape(graph),
    ...checkSteps(graph),
    ...checkSplits(graph, around?.live ?? null),
    ...(around === undefined ? [] : [...checkLibrary(graph, around.library), ...checkTokens(graph, around.folder)]),
    ...(around?.secrets === undefined ? [] : checkSecrets(graph, around.secrets)),
    ...checkOwn(graph, around?.own ?? ''),
    ...checkStepsAsked(graph),
    ...checkMode(graph),
    ...checkExecutable(graph),
    ...checkWays(graph),
    ...checkSettings(graph.settings, modeOf(graph)),
    ...checkExits({ ...graph.settings.exits, audience: audienceOf(graph) }),
  ]
}

/**
 * What a graph takes from outside: the webhook library, the folder of its campaign, and what leads know of the
 * campaign.
 */
export interface Around {
  readonly library: Library
  readonly folder: TemplateFolder | null
  /** The graph of the live version; null or absent before the first launch. */
  readonly live?: Graph | null
  /** The hosts of all secrets, by name; left out while nobody knows them. */
  readonly secrets?: ReadonlyMap<string, readonly string[]>
  /**
   * Where this Hookline answers, `http://127.0.0.1:3000`: no webhook may go there. Empty or left out while nobody knows
   * it.
   */
  readonly own?: string
}

/**
 * Secrets that steps name, directly or by a webhook of the library, and that are missing or may not go where the step
 * would send them.
 */
function checkSecrets(graph: Graph, secrets: ReadonlyMap<string, readonly string[]>): Problem[] {
  return Object.entries(graph.steps).flatMap(([step, { config }]) =>
    // A config is JSON: it was parsed by its kind's schema.
    [...missingSecrets(config as Json, secrets), ...misplacedSecrets(config as Json, secrets)].map(finding => ({
      ...finding,
      step,
    })),
  )
}

/** Webhooks that would call Hookline itself. They are refused when they are sent, so that is said beforehand. */
function checkOwn(graph: Graph, own: string): Problem[] {
  if (own === '') return []
  return Object.entries(graph.steps).flatMap(([step, { kind, config }]): Problem[] => {
    if (kindOf(kind).library === undefined) return []
    const { url, languages = [] } = (config as { request: WebhookRequest }).request
    const addresses = [
      { at: 'config.request.url', to: url },
      ...languages.map((language, i) => ({ at: `config.request.languages.${i}.url`, to: language.url ?? '' })),
    ]
    const fix = 'Write the address of the receiver. To try it out, begin it with {{ system.sandbox }}.'
    return addresses
      .filter(({ to }) => isOwnAddress(to, own))
      .map(({ at, to }) => ({ ...error('request.own-address', `"${to}" is Hookline itself.`, fix, at), step }))
  })
}

/** Does anything stand in the way of a launch? */
export function mayLaunch(problems: readonly Problem[]): boolean {
  return problems.every(p => p.severity !== 'error')
}

function checkShape(graph: Graph): Problem[] {
  const steps = Object.entries(graph.steps)
  const entries = steps.filter(([, step]) => kindOf(step.kind).entry !== undefined)
  if (steps.length === 0)
    return [error('graph.empty', 'The campaign has no steps yet.', 'Drag a trigger on to the canvas.')]
  if (entries.length === 0) return [error('graph.no-entry', 'Nothing lets leads in.', 'Add a trigger, or an audience.')]
  const [first] = entries.map(([id]) => id)
  const leads = graph.edges.some(edge => edge.from === first && graph.steps[edge.to] !== undefined)
  const alone = warning(
    'graph.entry-alone',
    'Nothing follows the way in: leads enter, and are at the end at once.',
    'Connect what is to happen.',
  )
  return [
    ...(leads || first === undefined ? [] : [{ ...alone, step: first }]),
    ...entries.slice(1).map(([id]) => ({
      ...error(
        'graph.two-entries',
        'A campaign starts with one step: a trigger or an audience.',
        'Remove this one or the other.',
      ),
      step: id,
    })),
  ]
}

function checkSteps(graph: Graph): Problem[] {
  return Object.entries(graph.steps).flatMap(([id, step]) =>
    findingsOf(step).map(finding => ({ ...finding, step: id })),
  )
}

/**
 * Looks at one step after the other, so that others may have a turn in between. `validate` of the same graph is quick
 * afterwards.
 */
export function* lookAtSteps(graph: Graph): Generator<void> {
  for (const step of Object.values(graph.steps)) {
    findingsOf(step)
    yield
  }
}

/** What was found in a config, kept with it: a config never changes, and templates of 64 KiB take a while to read. */
const found = new WeakMap<Step['config'], { readonly kind: string; readonly findings: readonly Finding[] }>()

function findingsOf({ kind, config }: Step): readonly Finding[] {
  const known = found.get(config)
  if (known?.kind === kind) return known.findings
  const findings = kindOf(kind).check(config)
  found.set(config, { kind, findings })
  return findings
}

/** The trigger-campaign-only rule (marketo-alm rule 2): data in `allowedIn`, one generic check. */
function checkMode(graph: Graph): Problem[] {
  const mode = modeOf(graph)
  if (mode === undefined) return []
  return Object.entries(graph.steps).flatMap(([id, step]): Problem[] => {
    const kind = kindOf(step.kind)
    if (kind.entry !== undefined || kind.allowedIn.includes(mode)) return []
    const message = `"${step.name || kind.title}" works in trigger campaigns only, and this campaign is a batch.`
    return [
      {
        ...error(
          TRIGGER_ONLY,
          message,
          'Move it into a campaign of its own, replace the audience by a trigger, or remove the step.',
        ),
        step: id,
      },
    ]
  })
}

/**
 * A campaign that others execute runs from beginning to end at once: nothing in it may wait or call (marketo-alm rule
 * 3), and nobody queues for it.
 */
function checkExecutable(graph: Graph): Problem[] {
  const intake = intakeOf(graph)
  if (intake === undefined || !takesExecution(intake)) return []
  const { key, perMinute } = graph.settings.entrance
  const inSeries = 'The campaign is entered when another executes it, which waits for its end'
  return [
    ...Object.entries(graph.steps).flatMap(([id, step]): Problem[] => {
      const kind = kindOf(step.kind)
      if (kind.group !== 'time' && kind.group !== 'webhook') return []
      const message = `${inSeries}; "${step.name || kind.title}" would ${kind.group === 'time' ? 'keep it waiting' : 'call a webhook'}.`
      const fix = 'Move the step into the campaign that executes this one, or let this one be entered by requests.'
      return [{ ...error('execute.waits', message, fix), step: id }]
    }),
    ...(key === '' && perMinute === null
      ? []
      : [
          error(
            'execute.entrance',
            `${inSeries}: it can have no key and no drain rate.`,
            'Take both out of the entry settings.',
            key === '' ? 'settings.entrance.perMinute' : 'settings.entrance.key',
          ),
        ]),
  ]
}

function checkWays(graph: Graph): Problem[] {
  const problems: Problem[] = []
  const add = (step: string, finding: Finding) => problems.push({ ...finding, step })
  const nameOf = (id: string) => graph.steps[id]?.name || id
  const taken = new Set<string>()
  for (const { from, port, to } of graph.edges) {
    const source = graph.steps[from]
    if (source === undefined || graph.steps[to] === undefined) {
      problems.push(
        error(
          'edge.loose',
          `A connection from "${from}" to "${to}" has lost an end.`,
          'Remove it and connect the steps again.',
        ),
      )
      continue
    }
    if (
      !kindOf(source.kind)
        .ports(source.config)
        .some(p => p.id === port)
    )
      add(from, error('edge.no-port', `"${nameOf(from)}" has no way out called "${port}".`, 'Remove the connection.'))
    if (kindOf(graph.steps[to].kind).entry !== undefined)
      add(
        to,
        error('edge.into-entry', `"${nameOf(to)}" lets leads in; nothing can lead to it.`, 'Remove the connection.'),
      )
    if (taken.has(`${from}:${port}`))
      add(from, error('edge.twice', `The way "${port}" goes to two steps.`, 'Keep one of the connections.'))
    taken.add(`${from}:${port}`)
  }
  const reached = reachable(graph)
  for (const [id, step] of Object.entries(graph.steps)) {
    const kind = kindOf(step.kind)
    // Only the first step of a loose piece: whatever follows it is mended with it.
    if (kind.entry === undefined && !graph.edges.some(edge => edge.to === id))
      add(id, warning('step.unreachable', `Nothing leads to "${nameOf(id)}".`, 'Connect it, or remove it.'))
    if (reached.has(id))
      for (const port of openWays(graph, id))
        add(
          id,
          warning(
            'port.open',
            `The way "${port.label}" is not connected: leads who take it finish there.`,
            'Connect it, or leave it so on purpose.',
          ),
        )
  }
  const loop = findInstantLoop(graph)
  if (loop !== undefined)
    add(
      loop,
      error('graph.loop', `The way leads back to "${nameOf(loop)}".`, 'Remove the connection that closes the circle.'),
    )
  return problems
}

/**
 * Ways of a step that end there although the step goes on by others: somebody may have expected those leads to go on. A
 * special case of another way is reported with that way. The control group of an experiment is meant to end.
 */
function openWays(graph: Graph, id: string): readonly Port[] {
  const step = graph.steps[id]
  if (step === undefined) return []
  const kind = kindOf(step.kind)
  const open = kind.ports(step.config).filter(port => targetOf(graph, id, port.id).to === null)
  const goesOn = graph.edges.some(edge => edge.from === id && graph.steps[edge.to] !== undefined)
  if (!goesOn && kind.group !== 'logic') return []
  const controls = new Set(kind.shares?.(step.config).flatMap(share => (share.isControl ? [share.id] : [])))
  return open.filter(port => port.fallback === undefined && !controls.has(port.id))
}

function reachable(graph: Graph): Set<string> {
  const reached = new Set(
    Object.keys(graph.steps).filter(id => kindOf(graph.steps[id]?.kind ?? '').entry !== undefined),
  )
  for (const id of reached) for (const edge of graph.edges) if (edge.from === id) reached.add(edge.to)
  return reached
}

/** Campaigns are drawn without circles: a picture must not hide an endless loop. Returns a step on the circle. */
function findInstantLoop(graph: Graph): string | undefined {
  const state = new Map<string, 'open' | 'done'>()
  const visit = (id: string): string | undefined => {
    if (state.get(id) === 'open') return id
    if (state.get(id) === 'done') return undefined
    state.set(id, 'open')
    for (const edge of graph.edges) {
      const found = edge.from === id && graph.steps[edge.to] !== undefined ? visit(edge.to) : undefined
      if (found !== undefined) return found
    }
    state.set(id, 'done')
    return undefined
  }
  for (const id of Object.keys(graph.steps)) {
    const found = visit(id)
    if (found !== undefined) return found
  }
  return undefined
}

function checkSettings(settings: Settings, mode: Mode | undefined): Problem[] {
  const { entry, entrance, quietHours, goals, zone } = settings
  const problems: Problem[] = checkEntrance(entrance, mode, zone)
  if (entry.rule === 'once-per-period' && plainMs(entry.period) === 0)
    problems.push(
      error(
        'settings.no-period',
        'The entry rule has an empty period.',
        'Set how long a lead must stay out.',
        'settings.entry',
      ),
    )
  if (quietHours !== null) problems.push(...checkQuiet(quietHours, 'settings.quietHours'))
  problems.push(...checkCaps(settings))
  problems.push(...checkGoals(goals))
  return problems
}
