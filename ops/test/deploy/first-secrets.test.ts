import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Run, run } from '../../deeds/run.ts'
import { ensureSecrets } from '../../deploy/first-secrets.ts'
import type { Ground } from '../../deploy/ground.ts'
import { RECIPES, YOURS } from '../../secrets/recipes.ts'

describe('R32: the secrets of the first deploy', () => {
  let place: string
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'latchkey-secrets-'))
  })
  afterEach(() => rm(place, { recursive: true, force: true }))

  const here: Run = (command, options) => run(command, { cwd: place, ...options })
  const ensure = (how: Run = here, given = {}) =>
    ensureSecrets({ run: how, hide: () => {}, processSettings: {} } as unknown as Ground, given)
  const names = () => readdirSync(join(place, 'secrets')).sort()
  const textOf = (name: string) => readFileSync(join(place, 'secrets', name), 'utf8')
  const MADE = RECIPES.map(({ name }) => name)
  const ALL = [...MADE, ...YOURS].sort()

  /** Ends before the first command that looks so, or in its middle. */
  function killedAt(sign: string, isInTheMiddle: boolean): Run {
    return async (command, options) => {
      if (!command.join(' ').includes(sign)) return here(command, options)
      if (isInTheMiddle) await here(halfOf(command), options)
      throw new Error('killed')
    }
  }
  /** As if it had been killed: a file is written and not moved, a folder is half emptied. */
  const halfOf: (command: Parameters<Run>[0]) => Parameters<Run>[0] = ([program, ...words]) => [
    program,
    ...words.map((word) =>
      word.replace(' && mv -f -- "$1.new" "$1"', '').replace(/ \|\| exit 1; done; rm .*/, ' && exit; done'),
    ),
  ]

  function expectOneSet(): void {
    expect(names()).toEqual(ALL)
    expect(textOf('admin_database_url')).toContain(textOf('postgres_password').trim())
    for (const name of MADE) expect([name, textOf(name)]).toEqual([name, expect.stringMatching(/./)])
  }

  test.each([
    ['before', 'mkdir -p -m 0700 -- secrets/.next'],
    ['before', 'secrets/.next/database_url'],
    ['in the middle of', 'secrets/.next/session_secret'],
    ['before', 'mv -T'],
    ['before', 'for file in'],
    ['in the middle of', 'for file in'],
    ['in the middle of', 'secrets/smtp_pass'],
  ])('killed %s "%s", the next run ends with one whole set', async (how, sign) => {
    await expect(ensure(killedAt(sign, how !== 'before'))).rejects.toThrow('killed')
    await ensure()
    expectOneSet()
  })

  test('what is there stays, and the operator’s own are taken over', async () => {
    expect(await ensure()).toBe('made')
    const before = MADE.map(textOf)
    expect(await ensure(here, { ops_basic_auth: 'one' })).toBe('there')
    expect(MADE.map(textOf)).toEqual(before)
    expect(textOf('ops_basic_auth')).toBe('one')
  })

  test('what the operator has put there before the first deploy is kept', async () => {
    mkdirSync(join(place, 'secrets'))
    writeFileSync(join(place, 'secrets/smtp_pass'), 'theirs')
    expect(await ensure()).toBe('made')
    expect(textOf('smtp_pass')).toBe('theirs')
  })

  test('one that got lost is not made anew', async () => {
    await ensure()
    rmSync(join(place, 'secrets/token_pepper'))
    await expect(ensure()).rejects.toThrow(/some are not: token_pepper\. .*bring those back/)
    expect(names()).not.toContain('token_pepper')
  })
})
