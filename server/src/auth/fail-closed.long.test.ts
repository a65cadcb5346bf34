import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldSays, HANGS, plantFaults } from '../test/faults.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { gotIn, REFUSED, refused, STRICT } from '../test/refused-deeds.ts'

/** What `fail-closed.test.ts` begins: fields that say something else, and answers that never come. */
const deeds = Object.keys(REFUSED)
const during = plantFaults()

describe('R22: what is refused stays refused, whichever field of an answer of Postgres is missing or nonsense', () => {
  let host: TestHost
  beforeAll(async () => void (host = await openTestHost(STRICT)))
  afterAll(() => host.close())

  test.each(deeds)('%s', async (deed) => {
    const { fields } = await during(await refused(host, deed))
    for (const [nth, count] of fields.entries())
      for (let field = 0; field < count; field += 1)
        for (const value of [undefined, 'nonsense']) {
          const fault = { at: nth + 1, fault: fieldSays(field, value) }
          const { said } = await during(await refused(host, deed), fault)
          expect([nth, field, value, said.text, gotIn(said)]).toEqual([nth, field, value, said.text, false])
        }
  })
})

describe('R22: what is refused stays refused, whichever answer of Postgres never comes', () => {
  let host: TestHost
  beforeAll(async () => void (host = await openTestHost({ ...STRICT, DATABASE_STATEMENT_TIMEOUT_MS: '300' })))
  afterAll(() => host.close())

  test.each(deeds)('%s', async (deed) => {
    const { fields } = await during(await refused(host, deed))
    for (const nth of fields.keys()) {
      const { said } = await during(await refused(host, deed), { at: nth + 1, fault: HANGS })
      expect([nth, said.text, gotIn(said)]).toEqual([nth, said.text, false])
    }
  })
})
