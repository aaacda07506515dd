import type { ResendingView } from '#shared/api/activity'
import { findResending, type Resending } from '#shared/store/resends'
import type { Work } from '#shared/store/work'
import { notThere } from '../problem'

export function* resendingById(id: string | number): Work<Resending> {
  const found = /^\d{1,9}$/.test(String(id)) ? yield* findResending(Number(id)) : undefined
  if (found === undefined) throw notThere('resend', id)
  return found
}

export function toResending({
  id,
  status,
  total,
  resent,
  refused,
  sendNow,
  begunAt,
  endedAt,
}: Resending): ResendingView {
  return { id, status, total, resent, refused, when: sendNow ? 'now' : 'allowed', begunAt, endedAt }
}
