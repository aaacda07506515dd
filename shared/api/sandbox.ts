import { z } from 'zod'

/** The built-in receiver. */

export const sandboxModeSchema = z.enum(['200', '404', '429', '503', 'slow', 'json'])
export const sandboxSettingsSchema = z.object({
  answer: sandboxModeSchema,
  /** For `slow`: how long to wait before answering 200. */
  slowMs: z.int().min(0).max(60_000).default(5000),
  /** For `json`: the body that is answered. */
  json: z.string().max(10_000).default('{"contact":{"id":"c-1001"}}'),
})
export type SandboxSettings = z.infer<typeof sandboxSettingsSchema>
export const sandboxCallSchema = z.object({
  n: z.int(),
  at: z.int(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  answered: z.int(),
})
export type SandboxCall = z.infer<typeof sandboxCallSchema>
export const sandboxSchema = z.object({
  url: z.string(),
  settings: sandboxSettingsSchema,
  calls: z.array(sandboxCallSchema),
  total: z.int(),
})
export type SandboxView = z.infer<typeof sandboxSchema>
