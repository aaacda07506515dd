import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { ensureBuilt, within } from '../bench/hookline'
import { scratchFolder, startParty, tidyUp } from '../bench/processes'

// Found G5: six names of which a name server said nothing, and of 20 calls to another host none left in 12 s. Here the real server has a whole machine's
// network to itself: a namespace with loopback and nothing else, whose resolv.conf names the name server of the test.

beforeAll(ensureBuilt, 60_000)
afterEach(tidyUp)

const own = ['--net', '--mount']
const isPossible = process.platform === 'linux' && spawnSync('unshare', [...own, 'true']).status === 0

/** Skipped where no network namespace can be made: without Linux, or without the right to. */
it.skipIf(!isPossible)(
  'found G5: forty names without an answer hold up no call to another host',
  async () => {
    const file = join(scratchFolder(), 'resolv.conf')
    writeFileSync(file, 'nameserver 127.0.0.1\n')
    const enter = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
    const world = [process.execPath, 'test/run.mjs', 'test/crash/names-world.ts']
    const party = startParty('unshare', [...own, 'sh', '-c', enter, 'sh', file, ...world])

    const line = await within(90_000, party.line('arrived'), () => `no line:\n${party.said()}`)
    const { arrived, ms } = JSON.parse(line) as { arrived: number; ms: number }
    console.log(`${arrived} calls to the good host in ${ms} ms`)

    expect(arrived).toBe(20)
    expect(ms).toBeLessThan(5_000)
    expect((await party.ended).code).toBe(0)
  },
  120_000,
)
