import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { dropFolder, scratchFolder } from './processes'

/** What the figures of a bench depend on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory_gb: number
  readonly node: string
  /** Load of the last minute, before the bench began: above 0.5, others were at work. */
  readonly load: number
  readonly disk: string
  /** Median of 100 times 4 KiB. In memory it costs nothing, and durability with it. */
  readonly fdatasync_ms: number
}

/** Looks at the machine and at the disk under the database. */
export function readMachine(under: string | undefined): Machine {
  const folder = scratchFolder(under)
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    disk: diskNames[statfsSync(folder).type] ?? 'another file system',
    fdatasync_ms: fdatasyncMs(join(folder, 'probe')),
  }
  dropFolder(folder)
  return machine
}

/** By the magic numbers of Linux. */
const diskNames: { readonly [type: number]: string } = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs: NOT A DISK',
  2035054128: 'overlayfs',
}

function fdatasyncMs(file: string): number {
  const fd = openSync(file, 'w')
  const block = Buffer.alloc(4096, 1)
  const times: number[] = []
  for (let i = 0; i < 100; i++) {
    const since = performance.now()
    writeSync(fd, block)
    fdatasyncSync(fd)
    times.push(performance.now() - since)
  }
  closeSync(fd)
  times.sort((a, b) => a - b)
  return Math.round((times[50] ?? 0) * 100) / 100
}
