import { z } from 'zod'

/** What the operator chose. Everything has a default that is safe on a laptop. */
export interface Config {
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly logLevel: (typeof logLevels)[number]
  /** HOOKLINE_ALLOW_PRIVATE as it was written; main.ts gives it to the guard, which reads it. */
  readonly allowPrivate: string
  /** HOOKLINE_WEBHOOK_PORTS: the ports of public hosts that webhooks may call. */
  readonly webhookPorts?: 'any' | readonly number[]
  /** HOOKLINE_SECRET_KEY: 64 hex digits; empty: the key is kept in DATA_DIR/secret.key. */
  readonly secretKey?: string
  /**
   * PUBLIC_URL as an origin, `https://hookline.example.com`: what others call this server by. Empty: HOST, or
   * loopback's names.
   */
  readonly publicUrl?: string
  /** HOOKLINE_ACCESS_TOKEN: what everybody is asked for. Empty: nobody is, and then it listens on loopback only. */
  readonly accessToken?: string
  /** HOOKLINE_NEW_INSTALLATION: make an empty database, though an earlier installation has left traces in DATA_DIR. */
  readonly newInstallation?: boolean
}

const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\]|::1)$/i

/** Is it a name of loopback, which only this machine can reach? Other spellings count as no, which is the safe side. */
export function isLoopback(host: string): boolean {
  return loopback.test(host)
}

/** Enough for 128 random bits in hex. */
const TOKEN_LENGTH = 32

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** A mistake of the operator, as a sentence that names the variable, what was found and what it takes. */
export class ConfigMistake extends Error {
  override readonly name = 'ConfigMistake'
}

const variables = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine(port => port < 65_536)
    .default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,255}$/)
    .default('127.0.0.1'),
  DATA_DIR: z
    .string()
    .min(1)
    .refine(path => !path.includes('\0'))
    .default('./data'),
  LOG_LEVEL: z.enum(logLevels).default('warn'),
  HOOKLINE_ALLOW_PRIVATE: z.string().max(10_000).default(''),
  HOOKLINE_WEBHOOK_PORTS: z
    .string()
    .regex(/^\s*\d{1,5}(\s*,\s*\d{1,5})*\s*$/)
    .transform(text => [...new Set(text.split(',').map(Number))])
    .refine(ports => ports.length <= 100 && ports.every(port => port >= 1 && port <= 65_535))
    .optional(),
  HOOKLINE_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .default(''),
  PUBLIC_URL: z.string().refine(isOrigin).default(''),
  // What an Authorization header can carry.
  HOOKLINE_ACCESS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,500}$/)
    .default(''),
  HOOKLINE_NEW_INSTALLATION: z.enum(['yes', 'no']).default('no'),
})

const wanted: { readonly [name: string]: string } = {
  PORT: 'a number from 0 to 65535 (0 takes any free port)',
  HOST: 'an address or a host name to listen on, like 127.0.0.1 or 0.0.0.0',
  DATA_DIR: 'the path of a directory',
  LOG_LEVEL: `one of ${logLevels.join(', ')}`,
  HOOKLINE_ALLOW_PRIVATE: 'a list like 10.0.0.0/8,crm.internal:4000',
  HOOKLINE_WEBHOOK_PORTS: 'a list of ports like 80,443',
  HOOKLINE_SECRET_KEY: '64 hex digits',
  PUBLIC_URL: 'the address that people open, like https://hookline.example.com, without a path behind it',
  HOOKLINE_ACCESS_TOKEN: `${TOKEN_LENGTH} to 500 letters, digits and signs, without blanks`,
  HOOKLINE_NEW_INSTALLATION: 'yes or no',
}

/** Their values stay out of the terminal. */
const unsaid = ['HOOKLINE_SECRET_KEY', 'HOOKLINE_ACCESS_TOKEN']

function isOrigin(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  return `${url.origin}/` === url.href
}

/** Reads the environment; the only reader of it. An empty variable counts as not set. Throws a `ConfigMistake`. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.keys(wanted).map(name => [name, env[name] || undefined]))
  const parsed = variables.safeParse(set)
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0])
    const found = unsaid.includes(name) ? 'set to something else' : `"${env[name]}"`
    throw new ConfigMistake(`${name} is ${found}, but it takes ${wanted[name]}.`)
  }
  const { PORT, HOST, DATA_DIR, LOG_LEVEL, HOOKLINE_ALLOW_PRIVATE, HOOKLINE_SECRET_KEY } = parsed.data
  const { PUBLIC_URL, HOOKLINE_ACCESS_TOKEN } = parsed.data
  mustBeClosed(HOST, PUBLIC_URL, HOOKLINE_ACCESS_TOKEN)
  const newInstallation = parsed.data.HOOKLINE_NEW_INSTALLATION === 'yes'
  return {
    port: PORT,
    host: HOST,
    dataDir: DATA_DIR,
    logLevel: LOG_LEVEL,
    allowPrivate: HOOKLINE_ALLOW_PRIVATE,
    webhookPorts: parsed.data.HOOKLINE_WEBHOOK_PORTS ?? 'any',
    secretKey: HOOKLINE_SECRET_KEY,
    publicUrl: PUBLIC_URL === '' ? '' : new URL(PUBLIC_URL).origin,
    accessToken: HOOKLINE_ACCESS_TOKEN,
    newInstallation,
  }
}

/** Whoever can reach an open server reads every lead: beyond this machine it starts only with a token. */
function mustBeClosed(host: string, publicUrl: string, token: string): void {
  if (token !== '' || (isLoopback(host) && publicUrl === '')) return
  const opened = publicUrl === '' ? `HOST=${host}` : `PUBLIC_URL=${publicUrl}`
  throw new ConfigMistake(
    `${opened} opens Hookline beyond this machine, so it starts only with HOOKLINE_ACCESS_TOKEN, which everybody is then asked for: at least ${TOKEN_LENGTH} characters that nobody can guess. Make one with: node -p "require('crypto').randomBytes(32).toString('base64url')"`,
  )
}
