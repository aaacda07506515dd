const names: { readonly [gate: string]: string } = {
  'trigger-only': 'the rule that this step sends in trigger campaigns only',
  paused: 'the pause of the campaign',
  'after-pause': 'a pause that made them late',
  'quiet-hours': 'quiet hours',
  'frequency-cap': 'frequency caps',
  'host-health': 'a host that is not well',
  'rate-limit': 'rate limits',
  'switched-off': 'a receiver that is switched off',
}

/** What kept a webhook back, in words that stand behind "by": a gate by its name, or the template itself. */
export function sayGate(gate: string): string {
  return gate === 'template' ? 'the template' : (names[gate] ?? gate)
}
