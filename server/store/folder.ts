import { closeSync, fsyncSync, openSync } from 'node:fs'

/**
 * Makes what was created, renamed or deleted in a folder survive a power cut. Does nothing where a folder cannot be
 * opened (Windows).
 */
export function syncFolder(folder: string): void {
  let opened: number | undefined
  try {
    opened = openSync(folder, 'r')
    fsyncSync(opened)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') throw error
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}
