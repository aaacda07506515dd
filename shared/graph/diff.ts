import { z } from 'zod'
import { isObject, type Json } from '../json'
import type { AfterPause } from '../rules/after-pause'
import type { Cap } from '../rules/caps'
import { type Condition, matches, sayCondition } from '../rules/conditions'
import { type Exits, exitKind } from '../rules/exits'
import { type Goal, sayGoal } from '../rules/goals'
import { type QuietChoice, type QuietHours, sayQuiet } from '../rules/quiet'
import { sayWayIn, type WayIn } from '../rules/ways-in'
import { kindOf } from '../steps'
import type { Field } from '../steps/fields'
import { sayDuration } from '../time/duration'
import { type Schedule, saySchedule } from '../time/schedule'
import { edgeAt, portsOf } from './edit'
import { entryOf, type Graph, type Settings, type Step } from './schema'

/**
 * The difference of two graphs in a marketer's words: which steps came, went and changed, where ways lead now, which
 * settings differ. The position of a step on the canvas makes no difference to a lead, so it is none here. Everything
 * is in the order of the flow, so that the same two graphs always read the same.
 */

/** A value that changed: its name, and how the value before and after is said. null: there was, or is, no value. */
const partSchema = z.object({ label: z.string(), before: z.string().nullable(), after: z.string().nullable() })
export type ChangedPart = z.infer<typeof partSchema>

export const differenceSchema = z
  .object({
    steps: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** The title of its kind. */
        kind: z.string(),
        is: z.enum(['added', 'removed', 'changed']),
        /** For a changed step what is different; for an added one where it leads. */
        parts: z.array(partSchema),
      }),
    ),
    /** Ways out of steps that are in both graphs. `before` and `after`: the step that they lead to; null: to none. */
    ways: z.array(
      z.object({
        from: z.string(),
        name: z.string(),
        port: z.string(),
        is: z.enum(['added', 'removed', 'rerouted']),
        ...{ before: z.string().nullable(), after: z.string().nullable() },
      }),
    ),
    settings: z.array(partSchema),
  })
  .meta({ id: 'Difference' })
export type Difference = z.infer<typeof differenceSchema>
export type StepDifference = Difference['steps'][number]

/** What is different in `after`. All lists are empty when leads could not tell the two graphs apart. */
export function diff(before: Graph, after: Graph): Difference {
  const order = orderOf(before, after)
  return {
    steps: order.flatMap(id => diffStep(before, after, id)),
    ways: order.flatMap(id => diffWays(before, after, id)),
    settings: diffSettings(before.settings, after.settings),
  }
}

/** What became of a step: `same` when it is in both graphs and nothing about it differs, its ways included. */
export function fateOf({ steps, ways }: Difference, id: string): StepDifference['is'] | 'same' {
  const found = steps.find(step => step.id === id)
  return found?.is ?? (ways.some(way => way.from === id) ? 'changed' : 'same')
}

function diffStep(before: Graph, after: Graph, id: string): StepDifference[] {
  const [was, is] = [before.steps[id], after.steps[id]]
  const step = is ?? was
  if (step === undefined) return []
  const said = { id, name: titleOf(step), kind: kindOf(step.kind).title }
  if (is === undefined) return [{ ...said, is: 'removed', parts: [] }]
  if (was === undefined) return [{ ...said, is: 'added', parts: leadsTo(after, id) }]
  const parts = [
    ...(titleOf(was) === titleOf(is) ? [] : [{ label: 'Name', before: titleOf(was), after: titleOf(is) }]),
    ...(was.kind === is.kind
      ? diffConfig(was, is)
      : [{ label: 'Kind', before: kindOf(was.kind).title, after: kindOf(is.kind).title }]),
  ]
  return parts.length === 0 ? [] : [{ ...said, is: 'changed', parts }]
}

function leadsTo(graph: Graph, id: string): ChangedPart[] {
  return portsOf(graph, id).flatMap(port => {
    const to = edgeAt(graph, { from: id, port: port.id })?.to
    return to === undefined ? [] : [{ label: `${port.label} leads to`, before: null, after: nameIn(graph, to) }]
  })
}

function diffWays(before: Graph, after: Graph, id: string): Difference['ways'] {
  const [was, is] = [before.steps[id], after.steps[id]]
  if (was === undefined || is === undefined) return []
  const labels = new Map([...portsOf(before, id), ...portsOf(after, id)].map(port => [port.id, port.label]))
  return [...labels].flatMap(([port, label]): Difference['ways'] => {
    const [from, to] = [before, after].map(graph => edgeAt(graph, { from: id, port })?.to)
    if (from === to) return []
    return [
      {
        from: id,
        name: titleOf(is),
        port: label,
        is: from === undefined ? 'added' : to === undefined ? 'removed' : 'rerouted',
        before: from === undefined ? null : nameIn(before, from),
        after: to === undefined ? null : nameIn(after, to),
      },
    ]
  })
}

// What configs say

function diffConfig(older: Step, newer: Step): ChangedPart[] {
  const { fields } = kindOf(newer.kind)
  return Object.entries<Field>(fields).flatMap(([key, field]) => {
    const [before, after] = [older.config[key], newer.config[key]] as [Json | undefined, Json | undefined]
    if (isEqual(before, after)) return []
    const say = sayings[field.as]
    const [was, is] = say === undefined ? [null, null] : [said(say, before, field), said(say, after, field)]
    // What the sentence leaves out (which days are holidays) is told part by part.
    if (was !== is) return [{ label: field.label, before: was, after: is }]
    return leavesOf(field.label, before, after)
  })
}

function said(say: Saying, value: Json | undefined, field: Field): string | null {
  return value === undefined ? null : brief(say(value, field))
}

type Saying = (value: Json, field: Field) => string

/** Fields whose whole value is one sentence. The values were parsed by the schema of their kind. */
const sayings: { readonly [F in Field['as']]?: Saying } = {
  duration: value => sayDuration(String(value)),
  condition: value => sayCondition(value as Condition),
  select: (value, field) =>
    field.as === 'select' ? (field.options.find(o => o.value === value)?.label ?? String(value)) : '',
  weekdays: value => (value as number[]).map(day => DAYS[day - 1]).join(', ') || 'any day',
  list: value => namedBy(value),
  campaign: value => namedBy(value),
  'ways-in': value => (value as unknown as WayIn[]).map(sayWayIn).join(', or ') || 'none',
  schedule: value => saySchedule(value as unknown as Schedule),
  quiet: value => sayQuietChoice(value as unknown as QuietChoice),
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function namedBy(value: Json): string {
  const { id, name } = value as { id: string; name: string }
  return name || id || 'none'
}

/** More differences in one field than this are counted, not listed. */
const MOST = 12

/** The places inside a value that differ, each with its path in words: `Request, header x-source`. */
function leavesOf(label: string, before: Json | undefined, after: Json | undefined): ChangedPart[] {
  const leaves = walk(label, before, after)
  if (leaves.length <= MOST) return leaves
  const more = leaves.length - MOST + 1
  return [...leaves.slice(0, MOST - 1), { label, before: null, after: `${more} more differences` }]
}

function walk(label: string, before: Json | undefined, after: Json | undefined): ChangedPart[] {
  if (isEqual(before, after)) return []
  if (isCondition(before) || isCondition(after)) return [leaf(label, before, after)]
  if (Array.isArray(before) && Array.isArray(after)) return walkList(label, before, after)
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap(key => walk(`${label}, ${inWords(key)}`, before[key], after[key]))
  }
  return [leaf(label, before, after)]
}

/** Things in a list are known by their id or name, so that an insertion at the top changes nothing else. */
function walkList(label: string, before: readonly Json[], after: readonly Json[]): ChangedPart[] {
  const [old, now] = [keyed(before), keyed(after)]
  if (old === undefined || now === undefined) return [leaf(label, before, after)]
  const keys = [...new Set([...old.keys(), ...now.keys()])]
  const parts = keys.flatMap(key =>
    walk(`${label}, ${nameOf(now.get(key) ?? old.get(key), key)}`, old.get(key), now.get(key)),
  )
  return parts.length > 0 ? parts : [{ label: `${label}, order`, before: orderIn(before), after: orderIn(after) }]
}

function orderIn(list: readonly Json[]): string {
  return brief([...(keyed(list) ?? new Map<string, Json>())].map(([key, item]) => nameOf(item, key)).join(', '))
}

/** By id, or by whatever else names each of them; undefined when nothing does, or when two have the same name. */
function keyed(list: readonly Json[]): Map<string, Json> | undefined {
  const keys = list.map(item =>
    isObject(item) ? (item['id'] ?? item['name'] ?? item['key'] ?? item['field'] ?? item['language']) : null,
  )
  if (keys.some(key => typeof key !== 'string') || new Set(keys).size < keys.length) return undefined
  return new Map(list.map((item, i) => [String(keys[i]), item]))
}

/** What things in a list are called, in front of what is different about them. */
const naming = ['id', 'name', 'key', 'field', 'language', 'label']

function nameOf(item: Json | undefined, key: string): string {
  const label = isObject(item) ? item['label'] : undefined
  return typeof label === 'string' && label !== '' ? label : key
}

function leaf(label: string, before: Json | undefined, after: Json | undefined): ChangedPart {
  return { label, before: shown(before), after: shown(after) }
}

/** A value in a few words; null for none. */
function shown(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (isCondition(value)) return brief(sayCondition(value as unknown as Condition))
  if (typeof value !== 'object') return brief(String(value))
  if (!isObject(value)) return value.length === 0 ? null : brief(value.map(item => shown(item) ?? 'none').join(', '))
  const rest = Object.entries(value).flatMap(([key, inner]) =>
    naming.includes(key) || shown(inner) === null ? [] : [`${inWords(key)} ${shown(inner)}`],
  )
  return brief(rest.join(', ') || nameOf(value, String(value['name'] ?? value['id'] ?? '')))
}

function isCondition(value: Json | undefined): boolean {
  return isObject(value) && Array.isArray(value['rules']) && matches.some(match => match === value['match'])
}

const LONG = 160

function brief(text: string): string {
  return text.length <= LONG ? text : `${text.slice(0, LONG - 1)}…`
}

/** `quietHours` and `give_up` as a person writes them. */
function inWords(key: string): string {
  return key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .replace(/\burl\b/, 'URL')
}

// Settings

/** Sections that are said as one sentence. Any other is told by its parts. */
const sections: {
  readonly [K in keyof Settings]?: { readonly label: string; readonly say: (value: Settings[K]) => string | null }
} = {
  entry: {
    label: 'May a lead enter again',
    say: entry =>
      entry.rule === 'once'
        ? 'once only'
        : entry.rule === 'every-time'
          ? 'every time'
          : `once in ${sayDuration(entry.period)}`,
  },
  zone: { label: 'Time zone', say: zone => zone },
  quietHours: {
    label: 'Quiet hours',
    say: hours => hours && sayQuietHours(hours),
  },
  caps: { label: 'Frequency caps', say: caps => caps.map(sayRule).join(', and ') || null },
  capped: {
    label: 'Caps and this campaign',
    say: capped =>
      ({
        obeys: 'keeps to caps',
        ignores: 'ignores caps',
        'ignores-but-counts': 'ignores caps, and counts for others',
      })[capped],
  },
  whenCapped: {
    label: 'When a lead has reached a cap',
    say: what => ({ skip: 'is not sent', defer: 'waits', exit: 'is not sent, and the lead leaves' })[what],
  },
  deferAtMost: { label: 'A capped webhook waits at most', say: sayDuration },
  priority: { label: 'Priority', say: String },
  tags: { label: 'Tags', say: tags => tags.join(', ') || null },
  rate: { label: 'Rate limit', say: rate => rate && `${rate.most} a ${rate.per}` },
  goals: { label: 'Conversion goals', say: goals => goals.map(sayNamedGoal).join('; and ') || null },
  exits: { label: 'Leads leave', say: exits => (exits.ways.length === 0 ? null : sayExits(exits)) },
  afterPause: { label: 'What falls due during a pause', say: sayAfterPause },
}

function sayQuietHours(hours: QuietHours): string {
  const meanwhile = { wait: 'webhooks wait', skip: 'webhooks are not sent', exit: 'leads leave' }[hours.whenQuiet]
  const spread = hours.spread === null ? '' : `, and leave spread over ${sayDuration(hours.spread)}`
  return `${sayQuiet(hours)}; ${meanwhile}${spread}`
}

function sayQuietChoice(choice: QuietChoice): string {
  if (choice.as === 'own') return sayQuietHours(choice.policy)
  return choice.as === 'campaign' ? 'as the campaign' : 'none of the campaign'
}

/**
 * `3 in 1 week by the calendar`. Which campaigns the cap covers and what it counts is told only when that alone
 * differs.
 */
function sayRule({ most, amount, unit, window }: Cap): string {
  const by = unit === 'minutes' ? '' : window === 'calendar' ? ' by the calendar' : ', rolling'
  return `${most} in ${amount} ${amount === 1 ? unit.slice(0, -1) : unit}${by}`
}

function sayNamedGoal(goal: Goal): string {
  const name = goal.name.trim()
  return name === '' ? sayGoal(goal) : `${name}: ${sayGoal(goal)}`
}

function sayExits({ ways, when }: Exits): string {
  return `${ways.map(way => exitKind(way).sayWhen(way)).join(', or ')}; ${when === 'at-once' ? 'at once' : 'when their step is over'}`
}

function sayAfterPause(policy: AfterPause): string {
  if (policy.late === 'always') return 'happens at the resume, however late'
  const otherwise = policy.otherwise === 'exit' ? 'the lead leaves' : 'the lead goes on without it'
  return `happens at most ${sayDuration(policy.within)} late; later, ${otherwise}`
}

function diffSettings(before: Settings, after: Settings): ChangedPart[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Settings)[]
  return keys.flatMap(key => diffSection(key, before, after))
}

function diffSection<K extends keyof Settings>(key: K, before: Settings, after: Settings): ChangedPart[] {
  if (isEqual(before[key] as Json, after[key] as Json)) return []
  const section = sections[key]
  const [was, is] = section === undefined ? [null, null] : [section.say(before[key]), section.say(after[key])]
  // What the sentence leaves out (the name of a cap) is told part by part.
  if (section !== undefined && was !== is) return [{ label: section.label, before: was, after: is }]
  const words = inWords(key)
  return leavesOf(
    section?.label ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    before[key] as Json,
    after[key] as Json,
  )
}

// The order of the flow

/**
 * Every step of both graphs, as leads come to them in `after`. A step that is gone stands behind the one that it
 * followed.
 */
function orderOf(before: Graph, after: Graph): readonly string[] {
  const order = [...flowOf(after)]
  let last = -1
  for (const id of flowOf(before)) {
    const at = order.indexOf(id)
    if (at >= 0) last = at
    else order.splice(++last, 0, id)
  }
  return order
}

/** The steps of a graph in the order in which leads come to them; loose ones at the end. */
export function flowOf(graph: Graph): ReadonlySet<string> {
  const entry = entryOf(graph)?.[0]
  const found = new Set(entry === undefined ? [] : [entry])
  for (const id of found)
    for (const port of portsOf(graph, id)) {
      const to = edgeAt(graph, { from: id, port: port.id })?.to
      if (to !== undefined && graph.steps[to] !== undefined) found.add(to)
    }
  return new Set([...found, ...Object.keys(graph.steps).sort()])
}

function titleOf(step: Step): string {
  return step.name.trim() || kindOf(step.kind).title
}

function nameIn({ steps }: Graph, id: string): string {
  const step = steps[id]
  return step === undefined ? id : titleOf(step)
}

/** The order of keys makes no difference. */
function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => isEqual(a[key], b[key]))
}
