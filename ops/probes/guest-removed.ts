import { judge, notChecked } from './finding.ts'
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
    const arrival = await guest.arrive(site).catch(() => undefined)
    const visitor = arrival && 'visitor' in arrival ? arrival.visitor.at(site) : openVisitor(site)
    await guest.signIn(visitor)
    const said = await guest
      .takeAway()
      .catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }))
    const me = await visitor.get('/api/users/me')
    const login = await guest.signIn(openVisitor(site))
    return judge(
      [
        ...(typeof said === 'string' ? [] : [said.failed]),
        ...(me.status === 401 ? [] : [`their session was answered with ${me.status}`]),
        // Where wrong guesses were made before, this address has to wait now.
        ...(login.status === 401 || login.status === 429
          ? []
          : [`signing in was answered with ${login.status}`]),
      ],
      'The account is gone; its session and its password open nothing.',
      { email: guest.email, said, me: me.status, login: login.status },
    )
  },
}
