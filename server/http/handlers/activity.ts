import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  activityQuerySchema,
  exportQuerySchema,
  resendAllSchema,
  resendSchema,
  summaryQuerySchema,
} from '#shared/api/activity'
import type { Secrets } from '#shared/call'
import { beginResending, cancelResending, type Resend, resendOne } from '#shared/engine/acts/resend'
import { checkRequest } from '#shared/rules/check-request'
import { withoutMarks } from '#shared/rules/secrets'
import type { RenderedRequest } from '#shared/rules/webhook-request'
import { activityOf, COUNTED, causesOfDead, countDead, countHeld, recentHosts } from '#shared/store/activity'
import { acknowledgeAlert } from '#shared/store/alerts'
import { latestResendings, openResending, type Resending } from '#shared/store/resends'
import { loadSettings } from '#shared/store/settings'
import { touchesById } from '#shared/store/touches'
import type { Work } from '#shared/store/work'
import type { Desk } from '../desk'
import { withSecretsKept } from '../mask'
import { notThere, Refused, refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { exportOf } from '../views/activity-export'
import { filterOf, rowsPage } from '../views/activity-rows'
import { viewOfSend, whyNotAgain } from '../views/activity-view'
import { alertViews, toAlert } from '../views/alerts'
import { resendingById, toResending } from '../views/resendings'

const LIMIT = 2 ** 20
const SHOWN = 50

export function activityHandlers({ env: { store, clock }, engine, live, vault: { forCalls } }: Desk) {
  return {
    'get /activity': async (req, res) => {
      const { outcome, after, limit, ...query } = parse(activityQuerySchema, req.query, 'query')
      const below = after === undefined ? null : Number(after)
      res.json(await store.read(pageOf()))

      function* pageOf() {
        return yield* rowsPage(yield* filterOf(query), { outcome, below, limit, now: clock.now() })
      }
    },
    'get /activity/summary': async (req, res) => {
      const query = parse(summaryQuerySchema, req.query, 'query')
      res.json(await store.read(summaryOf(query)))
    },
    'get /activity/export': async (req, res) => {
      const { format, outcome, ...query } = parse(exportQuerySchema, req.query, 'query')
      const filter = await store.read(filterOf(query))
      const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
      res.set({
        'content-type': `${type}; charset=utf-8`,
        'content-disposition': `attachment; filename="activity.${format}"`,
      })
      await pipeline(Readable.from(exportOf({ store, clock }, { filter, outcome, format })), res)
    },
    'get /activity/live': (req, res) => live.activity(req, res),
    'get /activity/resends': async (_req, res) => {
      res.json({ resends: (await store.read(latestResendings(SHOWN))).map(toResending) })
    },
    'post /activity/resends': [
      readJson(LIMIT),
      async (req, res) => {
        const { filter: query, when } = parse(resendAllSchema, req.body)
        const begun = await engine.does(turn => begin(turn))
        res.status(202).json(toResending(begun))

        function* begin(turn: Parameters<typeof beginResending>[0]): Work<Resending> {
          const filter = yield* filterOf(query)
          if ((yield* openResending()) !== undefined)
            throw refuse(
              409,
              'resend.running',
              'Another resend of many is still running.',
              'Wait for its end, or stop it.',
            )
          if ((yield* countDead(filter)) === 0)
            throw refuse(409, 'resend.nothing', 'No dead letter matches this filter.', 'Widen the filter.')
          return yield* resendingById(yield* beginResending(turn, filter, when === 'now'))
        }
      },
    ],
    'delete /activity/resends/{id}': async (req, res) => {
      const { id } = await store.read(resendingById(req.params.id))
      await engine.does(turn => cancelResending(turn, id))
      res.json(toResending(await store.read(resendingById(id))))
    },
    'get /activity/{id}': async (req, res) => {
      res.json(await store.read(viewOfSend(req.params.id, clock.now())))
    },
    'post /activity/{id}/resend': [
      readJson(LIMIT),
      async (req, res) => {
        const id = req.params.id
        const { when, request } = parse(resendSchema, req.body)
        await store.read(viewOfSend(id, clock.now()))
        if (id.startsWith('held-')) throw notDead(whyNotAgain({ outcome: 'held', purgedAt: null }))
        const edited = request === undefined ? null : await store.read(editedRequest(Number(id), request, forCalls))
        const done = await engine.does(turn =>
          resendOne(turn, Number(id), { sendNow: when === 'now', request: edited }),
        )
        if (done.is === 'unknown') throw notThere('send', id)
        if (done.is === 'refused') throw notDead(await store.read(whyRefused(Number(id), done.found)))
        res.json(await store.read(viewOfSend(id, clock.now())))
      },
    ],
    'get /alerts': async (_req, res) => {
      res.json({ alerts: await store.read(alertViews(SHOWN)) })
    },
    'post /alerts/{id}/acknowledge': async (req, res) => {
      const { id } = req.params
      const alert = /^\d{1,9}$/.test(id) ? await engine.write(acknowledgeAlert(Number(id), clock.now())) : undefined
      if (alert === undefined) throw notThere('alert', id)
      res.json(await store.read(toAlert(alert)))
    },
  } satisfies Partial<Handlers>

  function* summaryOf(query: ReturnType<typeof summaryQuerySchema.parse>) {
    const filter = yield* filterOf(query)
    const causes = yield* causesOfDead(filter)
    return {
      held: yield* countHeld(),
      dead: { total: causes.reduce((sum, { n }) => sum + n, 0), upTo: COUNTED, causes: [...causes] },
      hosts: [...(yield* recentHosts())],
      retentionDays: (yield* loadSettings()).retentionDays,
    }
  }
}

function notDead(why: string | null): Refused {
  return refuse(
    409,
    'resend.not-dead',
    `This send cannot be sent again: ${why ?? 'it changed meanwhile.'}`,
    'Only sends that failed for good, or are uncertain, can be sent again.',
  )
}

function* whyRefused(id: number, found: Extract<Resend, { is: 'refused' }>['found']): Work<string | null> {
  const touch = yield* activityOf(id)
  const outcome = found === 'reserved' ? 'queued' : found === 'purged' ? 'failed' : found
  return whyNotAgain({ outcome, purgedAt: touch?.purged_at ?? null })
}

/**
 * An edited request, checked like one of a campaign. Secrets that were left masked stay as they are. Throws a 422 with
 * all problems.
 */
function* editedRequest(
  id: number,
  edited: NonNullable<ReturnType<typeof resendSchema.parse>['request']>,
  secrets: Secrets,
): Work<RenderedRequest> {
  const [touch] = yield* touchesById([id])
  if (touch === undefined) throw notThere('send', id)
  const original = withoutMarks(touch.request, secrets.oldMark)
  const kept = withSecretsKept({ ...edited, url: edited.url.trim() }, original)
  if (kept.is === 'unclear')
    throw refuse(
      422,
      'resend.unclear-secret',
      `The request holds ${kept.mask} as a secret and the same letters as a value, so that nobody can tell which is which where it was edited.`,
      'Leave that part as it is, or send the request again without an edit.',
    )
  const { request } = kept
  const { method } = request
  const problems = checkRequest(
    {
      method,
      url: request.url,
      headers: request.headers.map(([name, value]) => ({ name, value })),
      body: request.body === null ? { as: 'none' } : { as: 'text', text: request.body, contentType: 'text/plain' },
    },
    'request',
  )
  if (problems.some(problem => problem.severity === 'error'))
    throw new Refused(422, 'The edited request has problems; nothing was sent.', problems)
  for (const ref of request.secrets ?? []) {
    const why = secrets.keptFrom(ref.as === 'token' ? ref.ask.clientSecret : ref.secret, request.url)
    if (why !== null) throw refuse(422, 'secret.other-host', why, 'Nothing was sent.')
  }
  return request
}
