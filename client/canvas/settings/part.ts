import type { Settings } from '#shared/graph/schema'
import type { Problem } from '#shared/problems'

/**
 * What each section of the campaign's settings is given: all of them, how to change some, and what is wrong with them.
 */
export interface Part {
  readonly settings: Settings
  readonly set: (change: Partial<Settings>) => void
  readonly problems: readonly Problem[]
}
