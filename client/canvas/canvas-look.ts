import { useComputedColorScheme } from '@mantine/core'
import type { ReactFlowState } from '@xyflow/react'

/** The map appears when a campaign no longer fits the screen at a readable size. */
export const MINIMAP_FROM = 20

/** React Flow, Mantine and our own colours switch between light and dark together. */
export function useColorMode(): 'light' | 'dark' {
  return useComputedColorScheme('light')
}

/**
 * Below this zoom a card is a flat box and a way a bare line: nothing on them could be read, and drawing it would cost
 * half the frames.
 */
export const FLAT_BELOW = 0.45

export function isFlat({ transform: [, , zoom] }: ReactFlowState): boolean {
  return zoom < FLAT_BELOW
}
