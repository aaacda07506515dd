import type { ActivityView } from '#shared/api/activity'

/** The request as a command line for a POSIX shell. Secrets stay masked. */
export function toCurl({ method, url, headers, body }: NonNullable<ActivityView['request']>): string {
  return [
    `curl -X ${method} ${quoted(url)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
