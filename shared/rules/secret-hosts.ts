import { isObject, type Json } from '../json'
import { error, type Finding } from '../problems'
import { type NamedSecret, namedSecrets } from './named-secrets'

// A secret belongs to hosts (delivery R47): it leaves for these and for no others, whoever names it. A secret that was
// stored without hosts takes them at its first use: those of all webhooks that name it then, and the one that it is
// used for (server/vault/vault.ts). Signing keys never leave, and are not bound. The sandbox is ours, and takes every
// secret.

/** Hosts that one secret may have. */
export const MOST_HOSTS = 50

/**
 * How a host of a secret is written: `crm.example.com`, `crm.example.com:8443`, `*.example.com` for every name below
 * it. Lower case.
 */
export const secretHost =
  /^(?:(?:\*\.(?=[a-z0-9-]+\.))?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/

/**
 * The host of an address as secrets know it: in lower case, with its port unless that is the scheme's own. Undefined:
 * no host was typed in.
 */
function hostOfAddress(url: string): string | undefined {
  const [, scheme = '', authority = ''] = /^(https?):\/\/([^/?#\\]*)/i.exec(url.trim()) ?? []
  // A name in another alphabet is written otherwise when it is called, and is judged then.
  if (!/^[\w.:[\]-]+$/.test(authority)) return undefined
  return authority.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '')
}

/** May a secret of these hosts go to this one? */
export function admitsHost(hosts: readonly string[], host: string): boolean {
  return hosts.some(each => each === host || (each.startsWith('*.') && host.endsWith(each.slice(1))))
}

/** Why a secret stays here, as a sentence. */
export function sayOtherHost(name: string, hosts: readonly string[], host: string): string {
  return `The secret "${name}" may go to ${hosts.join(', ')} only, and not to ${host}.`
}

/** A secret and a host that it would go to. */
export interface SecretUse extends NamedSecret {
  readonly host: string
}

/**
 * Where the secrets of a webhook's config would go, in all its languages. The sandbox is left out, and so are signing
 * keys.
 */
export function secretUses(config: Json): readonly SecretUse[] {
  if (!isObject(config)) return []
  const sent = hostsOf(config['request'])
  const token = isObject(config['auth']) ? hostsOf({ url: config['auth']['tokenUrl'] ?? '' }) : []
  return namedSecrets(config, 'config')
    .filter(({ kind }) => kind === 'text')
    .flatMap(named => {
      // An access token is as good as the secret that it was got with.
      const hosts = /(^|\.)auth\.clientSecret$/.test(named.path) ? new Set([...token, ...sent]) : sent
      return [...hosts].map(host => ({ ...named, host }))
    })
}

function hostsOf(request: Json | undefined): readonly string[] {
  if (!isObject(request)) return []
  const { url, languages } = request
  const said = Array.isArray(languages) ? languages.map(each => (isObject(each) ? each['url'] : undefined)) : []
  const hosts = [url, ...said].flatMap(each => (typeof each === 'string' ? (hostOfAddress(each) ?? []) : []))
  return [...new Set(hosts)]
}

/**
 * Secrets that a step's config would send where they may not go, each once for a host. `known`: the hosts of all
 * secrets, by name; empty: not bound yet.
 */
export function misplacedSecrets(config: Json, known: ReadonlyMap<string, readonly string[]>): Finding[] {
  const said = new Set<string>()
  return secretUses(config).flatMap(({ name, path, host }) => {
    const hosts = known.get(name) ?? []
    if (hosts.length === 0 || admitsHost(hosts, host) || said.has(`${name} ${host}`)) return []
    said.add(`${name} ${host}`)
    return [
      error(
        'secret.other-host',
        sayOtherHost(name, hosts, host),
        `Name another secret, or add ${host} to its hosts in the settings.`,
        path.replace(/((?:headers|pairs)\.\d+)\..*$/, '$1'),
      ),
    ]
  })
}
