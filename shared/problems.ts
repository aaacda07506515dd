import { z } from 'zod'
import { jsonSchema } from './json'

/**
 * Every code that a user can meet, with its sentence and its repair. A mistake of the user is data: a `Problem` is listed,
 * shown on its step, and answered by the API. Codes are stable; sentences may get better.
 */
export const problemSchema = z.object({
  code: z.union([z.string(), z.number()]),
  severity: z.enum(['error', 'warning']),
  /** The step that it stands on. */
  step: z.string().optional(),
  /** The field inside the step, the settings or the request body: `config.url`. */
  path: z.string().optional(),
  message: z.string(),
  fix: z.string(),
  /** What one click does about it: places of the step (`config.request.body`) and what is to stand there. */
  repair: z
    .object({
      label: z.string(),
      set: z.array(z.object({ path: z.string(), value: jsonSchema })),
      /**
       * Made first, by a dialog that asks for the name: a secret. What is set holds its token (`{{ secret.NAME }}`) by the name that is proposed here, in the
       * place of the text that becomes the secret; a problem never says that text.
       */
      secret: z.object({ name: z.string(), kind: z.enum(['text', 'signing']) }).optional(),
    })
    .optional(),
})
export type Problem = z.infer<typeof problemSchema>
export type Repair = NonNullable<Problem['repair']>

/** A problem as a step kind finds it: without the step, which the validator adds. */
export type Finding = Omit<Problem, 'step'>

export function error(code: string | number, message: string, fix: string, path?: string): Finding {
  return { code, severity: 'error', message, fix, ...(path === undefined ? {} : { path }) }
}

export function warning(code: string | number, message: string, fix: string, path?: string): Finding {
  return { code, severity: 'warning', message, fix, ...(path === undefined ? {} : { path }) }
}

/** The problem with a repair that one click makes. */
export function repaired(finding: Finding, repair: Repair): Finding {
  return { ...finding, repair }
}

/** Marketo's internal code for Call Webhook in a batch campaign (marketo-alm rule 2). */
export const TRIGGER_ONLY = 1000

/** A broken law is a bug: stop and say where. `law` is the number in README's list. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken'
  constructor(
    readonly law: number,
    message: string,
  ) {
    super(`law ${law}: ${message}`)
  }
}
