import { Advice } from '../../launch/advice.mjs'

/** Why the cloud did not do it. `uncertain`: it may have, or may not. */
export type WhyFailed =
  'credentials' | 'refused' | 'limited' | 'unavailable' | 'uncertain' | 'odd-answer' | 'unfit'

const NEXT: Record<WhyFailed, string> = {
  credentials:
    'Next: make a token that may read and write (API, Tokens) and set DO_API_TOKEN. Nothing was changed.',
  refused: 'Next: change what it names, and run the same again. What is made already is found again.',
  limited: 'Next: wait a while and run the same again.',
  unavailable:
    'Next: look at status.digitalocean.com, and run the same again. What is made already is found again.',
  uncertain: 'Next: run the same again: it looks first whether the thing is there by now.',
  'odd-answer':
    'Next: see that DO_API_URL is the provider’s address, and that nothing in between answers for it.',
  unfit: 'Next: put that right in the provider’s console, and run the same again.',
}

export class CloudFailed extends Advice {
  readonly why: WhyFailed
  constructor(why: WhyFailed, what: string) {
    super(what, NEXT[why])
    this.name = 'CloudFailed'
    this.why = why
  }
}
