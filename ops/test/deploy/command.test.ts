import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../deeds/run.ts'
import { aPlace } from '../verify/run-folder.ts'

const deploy = (...words: string[]) =>
  run([process.execPath, join(import.meta.dirname, '../../deploy.ts'), ...words], {
    env: { PATH: process.env['PATH'] },
  })

test.each([
  [['--nonsense'], /--nonsense/],
  [['--watch', 'long'], /--watch must be a number of seconds/],
  [['--full', '--update-only'], /say 2 different things/],
])(
  'what cannot be used ends it with code 2, and whoever reads JSON hears why: %j',
  async (words, because) => {
    const file = join(aPlace(), 'deploy.env')
    writeFileSync(file, 'ENV=staging\nWEBSITE_DOMAIN=example.com\nACME_EMAIL=ops@example.com\n')
    const settings = ['--settings', file]
    const { code, stdout, stderr } = await deploy('--json', ...settings, ...words)
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      { success: false, error: expect.stringMatching(because) as unknown },
    ])
    expect(stderr).toMatch(because)
    const plain = await deploy(...settings, ...words)
    expect([plain.code, plain.stdout]).toEqual([2, ''])
  },
)
