import { afterAll, expect, test } from 'vitest'
import { openTestHost } from '../test/host.ts'
import { browsersAt, RACES, raceFor } from '../test/races.ts'

const host = await openTestHost()
afterAll(() => host.close())
const browsers = await browsersAt(host, 20)

test.each(Object.entries(RACES))(
  'E2: twenty at once with the link of %s: one is let, and it has its effect once',
  async (_name, race) => {
    expect(await raceFor(host, race, browsers)).toEqual({
      let: 1,
      refused: [400],
      events: 1,
      letters: race.letters,
      effect: race.effect,
    })
  },
)
