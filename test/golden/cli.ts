import { type Miss, score } from './score'

/** `npm run golden`: how much of Shopify's Liquid our fenced engine speaks, beside LiquidJS as it comes. Fails when LiquidJS alone gets a case right. */
export async function main(): Promise<number> {
  const { all, ours, theirs, lost, missed } = score()
  console.log(`${all} cases of Shopify's Liquid: Hookline ${ours}, LiquidJS alone ${theirs}`)
  for (const miss of missed) console.log(`  wrong in both: ${say(miss)}`)
  for (const miss of lost) console.log(`  lost: ${say(miss)}`)
  return lost.length === 0 ? 0 : 1
}

function say({ section, template, want, made }: Miss): string {
  const shown = (text: string | null) => (text === null ? 'an error' : JSON.stringify(text))
  return `${section}: ${template} gives ${shown(made)}, should give ${shown(want)}`
}
