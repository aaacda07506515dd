import { Textarea } from '@mantine/core'

interface HostLinesProps {
  readonly value: string
  readonly onChange: (lines: string) => void
  readonly autoFocus?: boolean
}

/** The hosts of a secret, one a line. */
export function HostLines({ value, onChange, autoFocus = false }: HostLinesProps) {
  return (
    <Textarea
      label="Hosts"
      description="Where it may go, one a line: crm.example.com, crm.example.com:8443, *.example.com. Empty: it takes the hosts of the webhooks that name it at its first use."
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      data-autofocus={autoFocus || undefined}
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
    />
  )
}

/** The lines as the API takes them. */
export function toHosts(lines: string): string[] {
  return [...new Set(lines.split(/[\s,]+/).filter(host => host !== ''))]
}
