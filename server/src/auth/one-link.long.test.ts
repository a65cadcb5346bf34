import { afterAll, expect, test } from 'vitest'
import { openTestHost } from '../test/host.ts'
import { browsersAt, RACES, raceFor } from '../test/races.ts'

const host = await openTestHost()
afterAll(() => host.close())
const ROUNDS = 50
const browsers = await browsersAt(host, 100)

test.each(Object.entries(RACES))(
  `E2: a hundred at once with the link of %s, ${ROUNDS} rounds: exactly one is let in each`,
  { timeout: 600_000 },
  async (_name, race) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { refused, ...left } = await raceFor(host, race, browsers)
      expect(left).toEqual({ let: 1, events: 1, letters: race.letters, effect: race.effect })
      // Hashes that wait have a bound, and whoever is past it is told to come again.
      expect([[400], [400, 503]]).toContainEqual(refused)
    }
  },
)
