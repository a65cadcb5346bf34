import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Target } from '../../commands/ssh.ts'
import { findOnPath } from '../../local/proof/find-on-path.ts'
import { contend } from './contend.ts'
import { hasSshd, openTestSshd } from './sshd.ts'

/** 20 processes at once, each with a name of its own. */
async function race(target?: Target): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-race-'))
  const contenders = Array.from({ length: 20 }, (_, at) =>
    contend({
      path: join(home, 'state/lock'),
      asker: { operator: `operator-${at}`, host: 'here', version: '1', mode: 'full', message: '' },
      ...(target && { target }),
    }),
  )
  const outcomes = await Promise.all(contenders.map(({ outcome }) => outcome))
  const winners = outcomes.flatMap(({ holds }, at) => (holds ? [`operator-${at}`] : []))
  expect(winners).toHaveLength(1)
  const named = outcomes.flatMap((outcome) => (outcome.holds ? [] : [outcome.owner]))
  expect(named).toEqual(Array.from({ length: 19 }, () => winners[0]))
  await Promise.all(contenders.map((one) => one.leave()))
  await rm(home, { recursive: true, force: true })
}

describe.skipIf(!findOnPath('flock'))(
  'O5: of 20 deploys at once one runs, and 19 name its owner (flock)',
  () => {
    test('on one machine, three times', async () => {
      for (let round = 0; round < 3; round += 1) await race()
    })

    test.skipIf(!hasSshd)('over 20 connections of a real sshd (openssh-server)', async () => {
      const sshd = await openTestSshd()
      try {
        await race(sshd.target)
      } finally {
        await sshd.close()
      }
    })
  },
)
