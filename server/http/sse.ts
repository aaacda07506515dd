import type { Request, Response } from 'express'
import type { SandboxCall } from '#shared/api'
import type { Engine } from '#shared/engine/engine'
import type { Env } from '#shared/engine/env'
import { standOf } from '#shared/store/campaigns'
import { HOUR } from '#shared/time/units'
import { clientOf } from '../access/guesses'
import { refuse } from './problem'
import { loadCounts } from './views/report'

/**
 * All open streams of server-sent events: who watches which campaign or journey, or the sandbox. One hub, so that
 * shutdown finds them all.
 */
export interface Live {
  /** The revision, version, status and counts of a campaign: now, and after each change, at most once a second. */
  readonly campaign: (id: string, req: Request, res: Response) => void
  /** A campaign was saved, launched, moved, ...: whoever looks at it is told. */
  readonly campaignChanged: (id: string) => void
  /** `changed`, whenever the journey moved, or its campaign was paused, say. */
  readonly journey: (journey: { readonly id: number; readonly campaignId: string }, req: Request, res: Response) => void
  /** `changed`, when something was sent, answered or alerted, at most once a second. */
  readonly activity: (req: Request, res: Response) => void
  /** Every call that arrives at the sandbox receiver. */
  readonly sandbox: (req: Request, res: Response) => void
  readonly sandboxCall: (call: SandboxCall) => void
  /** Ends all streams, and takes no new ones. */
  readonly close: () => void
}

/** A screen draws no faster, and each update reads the counters. */
const COUNTS_EVERY_MS = 1000
/** Proxies cut a line that is silent for a minute. */
const HEARTBEAT_MS = 15_000
/**
 * A reader who is this far behind (bytes), or takes nothing from one beat to the next, is cut off. It opens a new
 * stream and is up to date again.
 */
const MAX_BEHIND = 2 ** 20
const MAX_STREAMS = 1000
/** Of one client: nobody takes all of them. */
const MAX_OF_ONE = 100
/** A stream lives so long (ms). A browser opens the next one by itself; whoever stopped reading does not. */
const MAX_AGE_MS = HOUR

export function createLive(
  { clock, store, log }: Pick<Env, 'clock' | 'store' | 'log'>,
  engine: Pick<Engine, 'onChange'>,
): Live {
  const streams = new Map<string, Set<Response>>()
  const byClient = new Map<string, number>()
  /** By stream: when it was opened, by the monotonic clock. */
  const openedAt = new Map<Response, number>()
  /** Those that had not taken all that was written by the last beat. */
  let behind = new Set<Response>()
  /** The campaigns of the journeys that somebody looks at, by topic. */
  const campaignOf = new Map<string, string>()
  const pending = new Set<string>()
  const lastAt = new Map<string, number>()
  let open = 0
  let isClosed = false
  let stopBeating: (() => void) | undefined

  const forget = engine.onChange(({ campaigns, journeys }) => {
    if (streams.has('activity')) changedSoon()
    for (const id of campaigns) if (streams.has(campaignTopic(id))) countSoon(id)
    for (const topic of streams.keys()) if (journeys.has(journeyOf(topic))) send(topic, 'changed', {})
  })

  return {
    campaign: (id, req, res) => {
      join(campaignTopic(id), req, res)
      lastAt.delete(id)
      countSoon(id)
    },
    campaignChanged: id => {
      if (streams.has(campaignTopic(id))) countSoon(id)
      for (const [topic, campaign] of campaignOf) if (campaign === id) send(topic, 'changed', {})
    },
    journey: ({ id, campaignId }, req, res) => {
      const topic = `journey:${id}`
      join(topic, req, res)
      campaignOf.set(topic, campaignId)
    },
    activity: (req, res) => join('activity', req, res),
    sandbox: (req, res) => join('sandbox', req, res),
    sandboxCall: call => send('sandbox', 'call', call),
    close: () => {
      isClosed = true
      forget()
      stopBeating?.()
      for (const res of [...streams.values()].flatMap(set => [...set])) res.end()
    },
  }

  function join(topic: string, req: Request, res: Response): void {
    if (isClosed || open >= MAX_STREAMS)
      throw refuse(503, 'live.full', 'No more live streams can be opened now.', 'Ask again in some seconds.', {
        headers: { 'retry-after': '5' },
      })
    const client = clientOf(req.socket.remoteAddress, req.headers['x-forwarded-for'])
    const ofClient = byClient.get(client) ?? 0
    if (ofClient >= MAX_OF_ONE)
      throw refuse(
        429,
        'live.many',
        `${MAX_OF_ONE} live streams are open from here.`,
        'Close some of them, or ask again in some seconds.',
        { headers: { 'retry-after': '5' } },
      )
    const set = streams.get(topic) ?? new Set()
    streams.set(topic, set.add(res))
    byClient.set(client, ofClient + 1)
    openedAt.set(res, clock.monotonic())
    open++
    res.on('close', () => {
      open--
      openedAt.delete(res)
      const left = (byClient.get(client) ?? 1) - 1
      if (left === 0) byClient.delete(client)
      else byClient.set(client, left)
      set.delete(res)
      if (set.size > 0) return
      streams.delete(topic)
      campaignOf.delete(topic)
    })
    res.status(200).set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    res.flushHeaders()
    req.socket.setNoDelay(true)
    res.write('retry: 2000\n\n')
    stopBeating ??= clock.after(HEARTBEAT_MS, beat)
  }

  function countSoon(id: string): void {
    if (pending.has(id)) return
    pending.add(id)
    const wait = Math.max(0, (lastAt.get(id) ?? 0) + COUNTS_EVERY_MS - clock.now())
    clock.after(wait, () => {
      pending.delete(id)
      if (!isClosed && streams.has(campaignTopic(id))) void sendState(id)
      else lastAt.delete(id)
    })
  }

  function changedSoon(): void {
    if (pending.has('activity')) return
    pending.add('activity')
    clock.after(COUNTS_EVERY_MS, () => {
      pending.delete('activity')
      if (!isClosed) send('activity', 'changed', {})
    })
  }

  async function sendState(id: string): Promise<void> {
    lastAt.set(id, clock.now())
    try {
      const stand = await store.read(standOf(id))
      if (stand !== undefined) send(campaignTopic(id), 'campaign', stand)
      send(campaignTopic(id), 'counts', await store.read(loadCounts(id)))
    } catch (error) {
      log.error({ err: error, campaign: id }, 'the state of a campaign could not be read')
    }
  }

  function send(topic: string, event: string, data: object): void {
    const listeners = streams.get(topic)
    if (listeners === undefined) return
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const res of listeners) write(res, text)
  }

  function write(res: Response, text: string): void {
    if (res.writableLength > MAX_BEHIND) res.destroy()
    else res.write(text)
  }

  function beat(): void {
    const now = clock.monotonic()
    const full = new Set<Response>()
    for (const [res, since] of openedAt)
      if (now - since > MAX_AGE_MS) res.end()
      else if (res.writableLength === 0) res.write(':\n\n')
      else if (behind.has(res)) res.destroy()
      else full.add(res)
    behind = full
    stopBeating = streams.size > 0 && !isClosed ? clock.after(HEARTBEAT_MS, beat) : undefined
  }
}

function campaignTopic(id: string): string {
  return `campaign:${id}`
}

function journeyOf(topic: string): number {
  return topic.startsWith('journey:') ? Number(topic.slice('journey:'.length)) : Number.NaN
}
