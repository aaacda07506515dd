import type { Dice } from '#shared/simulate/chance'
import type { Answer, Script } from '#shared/simulate/endpoints'

/** Endpoints that are mostly fine, sometimes slow, refusing, broken or away. */
export function moody(dice: Dice): Script {
  return () => ({ ...mood(dice), connects: dice.oneOf([0, 0, 0, 0, 30, 2_000, 6_500]) })
}

function mood(dice: Dice): Answer {
  const after = dice.oneOf([1, 20, 50, 400, 29_000])
  const mood = dice.unit()
  const answered = (status: number, more: { body?: string; headers?: Record<string, string> } = {}): Answer => ({
    after,
    with: { is: 'answered', status, ...more },
  })
  if (mood < 0.5) return answered(200, { body: dice.oneOf(['', '{"contact":{"id":"c-1"},"score":7}', 'not json']) })
  if (mood < 0.6)
    return answered(dice.oneOf([301, 400, 404, 410]), {
      headers: dice.happens(0.1) ? { 'webhook-delivery': 'disable' } : {},
    })
  if (mood < 0.93) return answered(dice.oneOf([408, 429, 500, 503]), { headers: { 'retry-after': '60' } })
  return { after, with: { is: 'unreachable', cause: dice.oneOf(['timeout', 'connect'] as const) } }
}
