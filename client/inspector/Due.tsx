import { useNow, When } from '../ui'

/** When something goes on by itself (ms): `in 3 hours`, and `due now` from then until the journey has moved. */
export function Due({ at, zone }: { at: number; zone: string }) {
  const isDue = useNow(now => now >= at)
  return isDue ? 'due now' : <When at={at} zone={zone} />
}
