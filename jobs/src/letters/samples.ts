import type { LetterName, LetterParams } from '@latchkey/shared/letters'

type Samples = { [N in LetterName]: LetterParams<N> }

/** One of each, to look at and to test. A letter that is not here does not pass the types. */
export const SAMPLES: Samples = {
  'verify-email': { name: 'Ada Lovelace', token: tokenOf('v'), code: 'K7MPQ2' },
  'reset-password': { name: 'Ada Lovelace', token: tokenOf('r'), code: 'X4HTWN' },
  'change-email': { name: 'Ada Lovelace', token: tokenOf('c'), code: '9BDF3Y' },
  'email-changing': { name: 'Ada Lovelace', newEmail: 'ada.byron@example.com', token: tokenOf('u') },
  'new-device': {
    name: 'Ada Lovelace',
    client: 'Firefox on Linux',
    ipMasked: '198.51.100.…',
    at: '2026-11-21T09:00:00.000Z',
    token: tokenOf('n'),
  },
  'password-changed': { name: 'Ada Lovelace', by: 'reset', token: tokenOf('p') },
  'account-locked': { name: 'Ada Lovelace', token: tokenOf('l') },
  'session-ended': { name: 'Ada Lovelace', client: 'Chrome on Windows' },
  'account-exists': { name: 'Ada Lovelace' },
  'account-suspended': { name: 'Ada Lovelace' },
  'account-restored': { name: null },
}

/** As long as a real one. */
function tokenOf(letter: string): string {
  return `sample-${letter.repeat(36)}`
}
