import { afterAll, describe, expect, test } from 'vitest'
import { age } from '../test/clock.ts'
import { openTestHost } from '../test/host.ts'
import { POLICY } from './policy.ts'
import { anAllowed } from './test/allowed.ts'
import { doorsOf, NAMES } from './test/doors.ts'

const host = await openTestHost()
await host.deps.boss.start()
afterAll(() => host.close())

/** By the table, and by what answers, whichever door it is. */
describe('F5: who signed in ten minutes ago shows once more who they are', () => {
  test.each(NAMES)('%s', async (name) => {
    const { sudo = false } = POLICY[name]
    for (const door of doorsOf(name)) {
      const { caller, body } = await anAllowed(host, name)
      await age(host.deps.db, caller.id, 601)
      const { code } = await door.ask(caller.browser, body)
      expect([door.name, code === 'STEP_UP_REQUIRED']).toEqual([door.name, sudo])
    }
  })
})
