import { putHostSchema } from '#shared/api/hosts'
import { loadSettings } from '#shared/store/settings'
import type { Desk } from '../desk'
import { refuse } from '../problem'
import { readJson } from '../request/json'
import { parse } from '../request/parse'
import type { Handlers } from '../router'
import { toHostStatus, worstFirst } from '../views/hosts'

const MOST = 500

export function hostHandlers({ env: { store }, engine }: Pick<Desk, 'env' | 'engine'>) {
  return {
    'get /hosts': async (_req, res) => {
      const hosts = (await engine.hosts()).map(toHostStatus).sort(worstFirst)
      res.json({
        hosts: hosts.slice(0, MOST),
        total: hosts.length,
        inFlight: hosts.reduce((sum, { inFlight }) => sum + inFlight, 0),
        connections: (await store.read(loadSettings())).connections,
      })
    },
    'put /hosts': [
      readJson(2 ** 12),
      async (req, res) => {
        const { host, connections, rate } = parse(putHostSchema, req.body)
        if (!URL.canParse(host))
          throw refuse(
            400,
            'host.unknown',
            `"${host}" is not the address of a host.`,
            'Write it like https://crm.example.com.',
          )
        const { origin } = new URL(host)
        await engine.limitHost(origin, { connections, rate })
        res.json((await engine.hosts()).map(toHostStatus).find(h => h.host === origin))
      },
    ],
  } satisfies Partial<Handlers>
}
