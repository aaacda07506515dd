import { error, type Finding } from '../problems'
import type { Webhook } from './webhook'

/**
 * Why the port of an address may not be called, as a sentence; null when it may, or when it is no address yet. The
 * server knows (HOOKLINE_WEBHOOK_PORTS).
 */
export type ClosedPort = (address: string) => string | null

/** Finds webhooks with addresses on closed ports. `path`: where the webhook stands. */
export function checkPorts(
  webhook: Pick<Webhook, 'request' | 'auth'>,
  path: string,
  closedPort: ClosedPort,
): Finding[] {
  const { request, auth } = webhook
  const addresses = [
    { url: request.url, at: 'request.url' },
    ...(request.languages ?? []).map(({ url }, i) => ({ url: url ?? '', at: `request.languages.${i}.url` })),
    ...(auth.as === 'oauth2' ? [{ url: auth.tokenUrl, at: 'auth.tokenUrl' }] : []),
  ]
  return addresses.flatMap(({ url, at }) => {
    // What follows the host may hold tokens; the host itself may not.
    const origin = /^\s*(https?:\/\/[^/?#\\]+)/i.exec(url)?.[1]
    const because = origin === undefined ? null : closedPort(origin)
    return because === null
      ? []
      : [
          error(
            'request.port-closed',
            because,
            'Call it on another port, or ask who runs Hookline to open it.',
            `${path}${at}`,
          ),
        ]
  })
}
