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
  /** HOOKLINE_SECRET_KEY: 64 hex digits; empty: the key is kept in DATA_DIR/secret.key. */
  readonly secretKey?: string
  /** HOOKLINE_NEW_INSTALLATION: an empty database is to be made, though an earlier installation has left its traces in DATA_DIR. */
  readonly newInstallation?: boolean
}

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
  HOOKLINE_SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .default(''),
  HOOKLINE_NEW_INSTALLATION: z.enum(['yes', 'no']).default('no'),
})

const wanted: { readonly [name: string]: string } = {
  PORT: 'a number from 0 to 65535 (0 takes any free port)',
  HOST: 'an address or a host name to listen on, like 127.0.0.1 or 0.0.0.0',
  DATA_DIR: 'the path of a directory',
  LOG_LEVEL: `one of ${logLevels.join(', ')}`,
  HOOKLINE_ALLOW_PRIVATE: 'a list like 10.0.0.0/8,crm.internal:4000',
  HOOKLINE_SECRET_KEY: '64 hex digits',
  HOOKLINE_NEW_INSTALLATION: 'yes or no',
}

/** Reads the environment; the only reader of it. An empty variable counts as not set. Throws a `ConfigMistake`. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.keys(wanted).map(name => [name, env[name] || undefined]))
  const parsed = variables.safeParse(set)
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0])
    const found = name === 'HOOKLINE_SECRET_KEY' ? 'set to something else' : `"${env[name]}"`
    throw new ConfigMistake(`${name} is ${found}, but it takes ${wanted[name]}.`)
  }
  const { PORT, HOST, DATA_DIR, LOG_LEVEL, HOOKLINE_ALLOW_PRIVATE, HOOKLINE_SECRET_KEY } = parsed.data
  const newInstallation = parsed.data.HOOKLINE_NEW_INSTALLATION === 'yes'
  return {
    port: PORT,
    host: HOST,
    dataDir: DATA_DIR,
    logLevel: LOG_LEVEL,
    allowPrivate: HOOKLINE_ALLOW_PRIVATE,
    secretKey: HOOKLINE_SECRET_KEY,
    newInstallation,
  }
}
