import { writeWall } from '#shared/time/landing'
import { readDate } from '#shared/values/dates'

/**
 * A written date as the browser's picker of a date and time shows it; undefined for what it cannot show: an instant, or
 * no date at all.
 */
export function toPicker(text: string): string | undefined {
  if (text === '') return ''
  const date = readDate(text)
  return date.is === 'local' || date.is === 'date' ? writeWall(date.wall) : undefined
}

/** The same for a day without a time. */
export function toDayPicker(text: string): string | undefined {
  if (text === '') return ''
  const date = readDate(text)
  return date.is === 'date' ? writeWall(date.wall).slice(0, 10) : undefined
}
