import { notifications } from '@mantine/notifications'
import { Check, TriangleAlert } from 'lucide-react'
import { ApiError } from '../api/fetch'

const named = { closeButtonProps: { 'aria-label': 'Close this message' }, withBorder: true }

/** Short results at the corner of the screen. What needs an answer or a repair belongs beside its cause instead. */
export const toast = {
  done: (title: string, message?: string) =>
    notifications.show({ ...named, title, message, color: 'green', icon: <Check size={16} />, autoClose: 4_000 }),
  failed: (title: string, message: string) =>
    notifications.show({
      ...named,
      title,
      message,
      color: 'red',
      icon: <TriangleAlert size={16} />,
      autoClose: 10_000,
    }),
  /** What the API refused, with what to do. */
  refused: (title: string, error: unknown) => toast.failed(title, sayError(error)),
}

/** An error in sentences: each problem with its repair, else what the answer said. */
export function sayError(error: unknown): string {
  if (error instanceof ApiError && error.problems.length > 0)
    return error.problems.map(({ message, fix }) => `${message} ${fix}`).join('\n')
  if (error instanceof ApiError) return `${error.title} ${error.detail}`
  return error instanceof Error ? error.message : String(error)
}
