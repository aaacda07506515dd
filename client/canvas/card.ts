import type { AnyKind, Port } from '#shared/steps/define'
import { kindOf } from '#shared/steps/index'

/**
 * The measures of a step card, in canvas pixels. React Flow is told them (it never has to mount a card to measure it,
 * so steps outside the view stay out of the page), and the style sheet draws them: change both or neither.
 */
export const CARD = { width: 200, height: 84 }
export const DOT = 12
/** Space between two rows of cards: room for port labels, a count and the "+". */
export const ROW_GAP = 76
export const COLUMN_GAP = 40

/** Where the ports of a kind with `count` of them sit along the bottom of the card: the middle of each dot. */
export function portX(index: number, count: number): number {
  return (CARD.width * (index + 0.5)) / count
}

/** A lone "Next" says nothing; it is drawn without a label. */
function hasPortLabels(ports: readonly Port[]): boolean {
  return ports.length > 1 || (ports[0] !== undefined && ports[0].id !== 'next')
}

/** How wide a sign of a label is on the average, and the room between two labels. */
const SIGN = 6.5
const BETWEEN = 8

/**
 * In how many rows the labels of the ports stand, so that each has room beside the others of its row; 0: there are
 * none.
 */
export function labelRows(ports: readonly Port[]): 0 | 1 | 2 | 3 {
  if (!hasPortLabels(ports)) return 0
  const longest = Math.max(...ports.map(({ label }) => label.length))
  const fits = (rows: number) => (rows * CARD.width) / ports.length - BETWEEN >= longest * SIGN
  return fits(1) || ports.length === 1 ? 1 : fits(2) ? 2 : 3
}

/** The CSS variable of a group's colour. Colour never stands alone: the icon and the name say the same. */
export function groupColour(kind: AnyKind): string {
  return `var(--hl-${kind.group})`
}

/**
 * A kind by name, with its config's ports and summary; a config that its kind cannot say is shown as such, not thrown.
 */
export function describe(step: { readonly kind: string; readonly config: Readonly<Record<string, unknown>> }) {
  const kind = kindOf(step.kind)
  return { kind, ports: kind.ports(step.config), summary: kind.summary(step.config) }
}
