import { error, type Finding, warning } from '../problems'
import { plainMs } from '../time/duration'
import { DAY, MINUTE } from '../time/units'
import { type Cap, isTooLong, speaksOf } from './caps'

/** What a campaign says about caps. */
interface Capped {
  readonly caps: readonly Cap[]
  readonly capped: 'obeys' | 'ignores' | 'ignores-but-counts'
  readonly whenCapped: 'skip' | 'defer' | 'exit'
  readonly deferAtMost: string
  readonly tags: readonly string[]
}

/** What is wrong with a campaign's own caps, and with how it waits for them. */
export function checkCaps({ caps, capped, whenCapped, deferAtMost, tags }: Capped): Finding[] {
  const findings = caps.flatMap((cap, i) => checkCap(cap, tags, `settings.caps.${i}`))
  const wait = plainMs(deferAtMost)
  if (whenCapped === 'defer' && (wait < MINUTE || wait > 30 * DAY))
    findings.push(
      error(
        'settings.defer-time',
        'A webhook waits for its caps one minute to 30 days.',
        'Choose a time in between.',
        'settings.deferAtMost',
      ),
    )
  if (capped !== 'obeys' && caps.length > 0)
    findings.push(
      warning(
        'settings.caps-ignored',
        'This campaign has caps and does not keep to them.',
        'Let it obey frequency caps, or remove its own.',
        'settings.capped',
      ),
    )
  return findings
}

function checkCap(cap: Cap, tags: readonly string[], path: string): Finding[] {
  const { amount, unit, of } = cap
  if (isTooLong(cap))
    return [
      error(
        'settings.cap-too-long',
        `A cap looks back ${amount} ${unit}.`,
        'Look back at most 30 days (4 weeks).',
        path,
      ),
    ]
  if (of.what === 'tag' && of.tag === '')
    return [error('settings.cap-no-tag', 'A cap counts campaigns of a tag and names none.', 'Name the tag.', path)]
  if (of.what === 'folder' && of.folder === '')
    return [
      error('settings.cap-no-folder', 'A cap counts campaigns of a folder and names none.', 'Choose the folder.', path),
    ]
  if (of.what === 'tag' && !speaksOf(of, { tags, folders: [] }))
    return [
      warning(
        'settings.cap-not-ours',
        `A cap counts campaigns of tag "${of.tag}", and this one does not have it: it is not kept back by it.`,
        'Give this campaign the tag, or count any campaign.',
        path,
      ),
    ]
  return []
}
