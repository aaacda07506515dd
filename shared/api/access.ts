import { z } from 'zod'

/** Who may come in. */
export const accessSchema = z
  .object({
    /** Everybody is asked for the access token, so there is something to sign out of. */
    token: z.boolean(),
  })
  .meta({ id: 'Access' })
