import { ActionIcon, Button } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type ReactNode, useCallback, useRef } from 'react'
import styles from './fields.module.css'

/** One line of a list: its controls, and a button that takes it out. */
export function Row({ children, remove, label }: { children: ReactNode; remove: () => void; label: string }) {
  return (
    <div className={styles.row}>
      {children}
      <ActionIcon aria-label={`Remove ${label}`} title={`Remove ${label}`} onClick={remove} size={32}>
        <X size={14} aria-hidden />
      </ActionIcon>
    </div>
  )
}

export function AddButton({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Button
      className={styles.add ?? ''}
      variant="subtle"
      size="compact-sm"
      h={28}
      px={8}
      leftSection={<Plus size={14} aria-hidden />}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}

/**
 * One function for as long as a list lives, which does what the newest one does. With it a line can be drawn by a
 * `memo` that only its own change draws again: of 60 lines, one.
 */
export function useSteady<A extends readonly unknown[]>(does: (...given: A) => void): (...given: A) => void {
  const latest = useRef(does)
  latest.current = does
  return useCallback((...given: A) => latest.current(...given), [])
}
