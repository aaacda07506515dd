import { useComputedColorScheme } from '@mantine/core'

/** The theme that is on screen now; for parts that draw themselves (React Flow's `colorMode`). */
export function useScheme(): 'light' | 'dark' {
  return useComputedColorScheme('light')
}
