import { type NoticeKind, sampleData, sampleSubjects } from './define'
import { envelopes, type Packed } from './envelopes'
import type { EnvelopeName } from './subscription'

/** A made-up event of a kind, as a listener gets it. `at` is ms. */
export function samplePacked(kind: NoticeKind, payload: 'thin' | 'full', at: number): Packed {
  const { leadId, campaignId } = sampleSubjects[kind.about].thin
  const subject = leadId ?? campaignId ?? null
  return {
    id: `evt_sample_${kind.name.replaceAll('.', '_')}`,
    seq: 1,
    kind: kind.name,
    version: kind.version,
    at,
    subject: subject === null ? null : String(subject),
    data: sampleData(kind, payload),
  }
}

/** The body of a request with a made-up event. */
export function sampleBody(
  kind: NoticeKind,
  { envelope, payload }: { readonly envelope: EnvelopeName; readonly payload: 'thin' | 'full' },
  account: string,
  at: number,
): string {
  return envelopes[envelope].write([samplePacked(kind, payload, at)], account)
}
