import { fail, notChecked, pass } from './finding.ts'
import type { Probe } from './probe.ts'
import { openVisitor } from './visitor.ts'

/** The last of those about somebody who is nobody, whatever became of the others. */
export const guestRemoved: Probe = {
  name: 'syntheticUserRemoval',
  file: 'meta/synthetic-user-removal.json',
  question: 'Is nothing left of the person whom this check has made?',
  next: 'take the account away by hand: npm run person -- remove EMAIL (the address stands among the facts)',
  async ask({ site, guest }) {
    if (!guest.hasCome()) return notChecked('Nobody was made, so there is nobody to take away.')
    const said = await guest.takeAway()
    const { status } = await guest.signIn(openVisitor(site))
    return status === 401
      ? pass('The account is gone, and cannot sign in any more.', { email: guest.email, said })
      : fail(`Signing in after the removal answered ${status}.`, { email: guest.email, said })
  },
}
