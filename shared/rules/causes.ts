/** Why a call was not answered, in words. Apart from the rules, because the first screens need it. */
const causes: { readonly [cause: string]: string } = {
  connect: 'no connection',
  tls: 'no secure connection',
  certificate: 'a bad certificate',
  timeout: 'no answer in time',
  reset: 'connection dropped',
  protocol: 'a broken answer',
}

/** How a call ended, as a person says it: `status 503`, `no answer in time`. */
export function sayCause(outcome: string): string {
  return causes[outcome] ?? outcome
}
