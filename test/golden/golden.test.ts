import { expect, it } from 'vitest'
import { score } from './score'

it("Shopify's Liquid: our engine gets right what LiquidJS gets right, and more", () => {
  const { ours, theirs, lost } = score()

  expect(lost).toEqual([])
  expect(ours).toBeGreaterThan(theirs)
})
