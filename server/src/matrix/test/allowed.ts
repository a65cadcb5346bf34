import { expect } from 'vitest'
import type { ProcedureName } from '../../rest/rows.ts'
import { checksumOf } from '../../test/checksum.ts'
import type { TestHost } from '../../test/host.ts'
import { POLICY } from '../policy.ts'
import { aCaller, type Caller } from './callers.ts'
import { anObject } from './objects.ts'

/** Somebody who may call this, with a CSRF token, and what they may ask with. */
export async function anAllowed(
  host: TestHost,
  name: ProcedureName,
): Promise<{ caller: Caller; body: object }> {
  const { may, object, input } = POLICY[name]
  const who = { anyone: 'anonymous', signedIn: 'USER' } as const
  const caller = await aCaller(host, may === 'anyone' || may === 'signedIn' ? who[may] : may)
  await caller.browser.get('/api/auth/csrf')
  const id = object ? await anObject(host, { kind: object.kind, relation: 'own', caller }) : ''
  return { caller, body: (await input?.({ host, caller, id })) ?? {} }
}

export async function expectNothingWritten(host: TestHost, deed: () => Promise<void>): Promise<void> {
  const before = await checksumOf(host.town.ownerDb)
  await deed()
  expect(await checksumOf(host.town.ownerDb)).toEqual(before)
}
