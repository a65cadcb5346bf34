import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Refused } from '../../commands/operand.ts'
import { committedSince, fetchBranch, readStatus } from '../../commands/git.ts'
import { CloudFailed } from '../../deeds/cloud/cloud-failed.ts'
import { ConnectionFailed } from '../../deeds/connection-failed.ts'
import { LockHeld, LockLost } from '../../deeds/lock-holder.ts'
import { type Run, run } from '../../deeds/run.ts'
import { type AddressLooks, resolveAddress, resolvedAdvice } from '../../deploy/address.ts'
import { exitCodeOf } from '../../deploy/exit-codes.ts'
import { chooseMode } from '../../deploy/mode.ts'
import { refuseUnpushed } from '../../deploy/refuse-unpushed.ts'
import { TOOL } from '../../deploy/tool.ts'
import { affectsRuntime, type Unpushed, unpushedAdvice, unpushedOf } from '../../deploy/unpushed.ts'
import { wishOf } from '../../deploy/wish.ts'
import { readFlags } from '../../flags.ts'
import { readSettings } from '../../settings.ts'
import { Unusable } from '../../unusable.ts'

const TARGET = { host: 'droplet', port: 22, user: 'root', keyFile: '/key', hostKey: undefined }

describe('R8: where the droplet is', () => {
  const nowhere = async () => undefined
  const looks: AddressLooks = { flag: nowhere, state: nowhere, provider: nowhere, dns: nowhere }
  const at = (address: string) => async () => address

  test.each([
    ['flag', { flag: at('droplet.example'), state: at('192.0.2.1') }, 'droplet.example'],
    ['state', { state: at('192.0.2.1'), provider: at('192.0.2.2') }, '192.0.2.1'],
    ['provider', { provider: at('192.0.2.2'), dns: at('192.0.2.3') }, '192.0.2.2'],
    ['dns', { dns: at('2001:db8::1') }, '2001:db8::1'],
  ])('%s answers before what comes after it, and is said', async (source, some, address) => {
    const resolved = await resolveAddress({ ...looks, ...some })
    expect(resolved).toMatchObject({ ok: true, source, address })
    expect(resolvedAdvice(resolved).join()).toContain(address)
  })

  test('what comes after the one that answers is not asked', async () => {
    const asked: string[] = []
    const ask = (name: string, answer?: string) => async () => {
      asked.push(name)
      return answer
    }
    await resolveAddress({
      flag: ask('flag'),
      state: ask('state', '192.0.2.1'),
      provider: ask('provider'),
      dns: ask('dns'),
    })
    expect(asked).toEqual(['flag', 'state'])
  })

  test('one that fails, and one that answers nonsense, are passed over with the reason', async () => {
    const broken = {
      ...looks,
      provider: () => Promise.reject(new Error('no token\nsecond line')),
      state: at('not an address'),
    }
    const resolved = await resolveAddress(broken)
    expect(resolved.ok).toBe(false)
    expect(resolvedAdvice(resolved)).toEqual([
      'No droplet was found:',
      '  DEPLOY_HOST: nothing there',
      '  the last deploy from here: no address: not an address',
      '  the cloud account: no token',
      '  the name system: nothing there',
      'Next: set DEPLOY_HOST to its address, or make one with --full. What needs no droplet goes on.',
    ])
  })
})

test.each([
  [{ full: true, updateOnly: false }, '192.0.2.1', 'full', '--full was given'],
  [{ full: false, updateOnly: true }, undefined, 'update-only', '--update-only was given'],
  [{ full: false, updateOnly: false }, '192.0.2.1', 'update-only', 'there is an environment at 192.0.2.1'],
  [{ full: false, updateOnly: false }, undefined, 'full', 'no environment was found'],
])('R4: %o with address %s is %s, because %s', (asked, address, mode, reason) => {
  expect(chooseMode(asked, address)).toEqual({ mode, reason })
})

test.each([
  ['--full', '--update-only'],
  ['--full', '--rollback'],
  ['--update-only', '--rollback'],
])('R4: %s and %s at once are refused', (...words) => {
  const given = readFlags(TOOL, words)
  const read = readSettings({ ENV: 'staging', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'a@example.com' })
  if ('help' in given || !read.ok) return expect.unreachable()
  const { settings } = read
  const wish = () =>
    wishOf(given, { settings, processSettings: {}, settingsFile: '', envFile: '', memoryFile: '' })
  expect(wish).toThrow(Unusable)
  expect(wish).toThrow(`${words.join(' and ')} say 2 different things.`)
})

test.each([
  ['server/src/app.ts', true],
  ['client/index.html', true],
  ['shared/contract/openapi.yaml', true],
  ['db/migrations/0001_people.ts', true],
  ['jobs/src/main.ts', true],
  ['Dockerfile', true],
  ['compose.yaml', true],
  ['traefik/dynamic/routers.yml', true],
  ['package-lock.json', true],
  ['.dockerignore', true],
  ['ops/edge/render.ts', true],
  ['containers/migrate', true],
  ['containers/ask', true],
  ['containers/postgres/pg_hba.conf', true],
  ['containers/redis/redis.conf', true],
  ['containers/test/Dockerfile', false],
  ['README.md', false],
  ['docs/DEPLOY.md', false],
  ['server/README.md', false],
  ['server/src/auth/login.test.ts', false],
  ['server/src/test/redis.ts', false],
  ['ops/deploy.ts', false],
  ['e2e/specs/inbox.spec.ts', false],
  ['notes/server/x.ts', false],
])('R5: whether %s changes what runs: %s', (path, expected) => {
  expect(affectsRuntime(path)).toBe(expected)
})

test.each([
  [new Refused('branch', '-x'), 2],
  [new CloudFailed('credentials', 'no'), 3],
  [new CloudFailed('unavailable', 'no'), 1],
  [new ConnectionFailed('key-refused', TARGET), 3],
  [new ConnectionFailed('host-key-changed', TARGET), 5],
  [new ConnectionFailed('unreachable', TARGET), 5],
  [new LockHeld({ token: '', silentSeconds: 1, heldSeconds: 1, owner: undefined }, 60), 4],
  [new LockLost(), 4],
  [new Error('anything else'), 1],
])('R6: a pipeline can tell %s by its exit code: %i', (failure, code) => {
  expect(exitCodeOf(failure)).toBe(code)
})

describe('R5: what a droplet would not get', () => {
  let home: string
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], {
      cwd: join(home, 'work'),
      stdio: 'pipe',
    })
  const write = (path: string, text = path) => {
    const file = join(home, 'work', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const commit = () => {
    git('add', '-A')
    git('commit', '-q', '-m', 'one')
  }
  const look = async (): Promise<Unpushed> => {
    const cwd = join(home, 'work')
    const [fetched, status, committed] = [
      await run(fetchBranch('main'), { cwd }),
      await run(readStatus(), { cwd }),
      await run(committedSince('main'), { cwd }),
    ]
    expect([fetched.code, status.code, committed.code]).toEqual([0, 0, 0])
    return unpushedOf(status.stdout, committed.stdout)
  }
  /** What a deploy says of it, or Unusable. */
  const refuse = async (branch = 'main'): Promise<string[]> => {
    const notes: string[] = []
    const here: Run = (command, options) => run(command, { cwd: join(home, 'work'), ...options })
    await refuseUnpushed(branch, here, { note: (line) => void notes.push(line) })
    return notes
  }
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'latchkey-git-'))
    mkdirSync(join(home, 'work'))
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(home, 'origin.git')])
    git('init', '-q', '-b', 'main')
    git('remote', 'add', 'origin', join(home, 'origin.git'))
    for (const path of ['server/a.ts', 'server/b.ts', 'docs/a.md', 'shared/c.ts']) write(path)
    commit()
    git('push', '-q', '-u', 'origin', 'main')
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  test('everything is pushed: nothing', async () => {
    const unpushed = await look()
    expect(unpushed).toEqual({ branch: 'main', runtime: [], harmless: [] })
    expect(unpushedAdvice(unpushed, 'main')).toEqual([])
  })

  test('changed, new, deleted, renamed and staged files, of whatever name', async () => {
    write('server/a.ts', 'changed')
    write('server/new one.ts')
    write('server/ünï "quoted"\t.ts')
    rmSync(join(home, 'work/shared/c.ts'))
    renameSync(join(home, 'work/server/b.ts'), join(home, 'work/server/d.ts'))
    git('add', 'server/b.ts', 'server/d.ts')
    expect((await look()).runtime).toEqual([
      'server/a.ts',
      'server/b.ts',
      'server/d.ts',
      'server/new one.ts',
      'server/ünï "quoted"\t.ts',
      'shared/c.ts',
    ])
  })

  test('committed and not pushed', async () => {
    write('jobs/src/main.ts')
    commit()
    const unpushed = await look()
    expect(unpushed).toMatchObject({ runtime: ['jobs/src/main.ts'] })
    expect(unpushedAdvice(unpushed, 'main')).toEqual([
      'The droplet takes main as it is pushed, and this here is not in it:',
      '  jobs/src/main.ts',
      'Next: commit, then git push origin HEAD:main',
    ])
  })

  test('docs alone are no reason', async () => {
    write('docs/a.md', 'changed')
    write('README.md')
    commit()
    write('docs/b.md')
    const unpushed = await look()
    expect(unpushed).toMatchObject({ runtime: [], harmless: ['README.md', 'docs/a.md', 'docs/b.md'] })
    expect(unpushedAdvice(unpushed, 'main')).toEqual([])
  })

  test('what others pushed meanwhile is none of ours', async () => {
    git('clone', '-q', join(home, 'origin.git'), join(home, 'other'))
    const theirs = { cwd: join(home, 'other') }
    writeFileSync(join(home, 'other/server.txt'), 'x')
    mkdirSync(join(home, 'other/server'), { recursive: true })
    writeFileSync(join(home, 'other/server/theirs.ts'), 'x')
    for (const words of [
      ['add', '-A'],
      ['commit', '-q', '-m', 'two'],
      ['push', '-q'],
    ])
      execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@b.c', ...words], theirs)
    expect(await look()).toMatchObject({ runtime: [] })
    expect(await refuse()).toEqual([
      expect.stringMatching(/^This clone is 1 behind main: .* git pull brings them together\.$/),
    ])
  })

  test('it is refused before anything is asked of anybody, and nothing is said where all is pushed', async () => {
    expect(await refuse()).toEqual([])
    write('containers/migrate', 'changed')
    await expect(refuse()).rejects.toThrow(/this here is not in it:\n {2}containers\/migrate\n/)
  })

  test('a remote that does not answer, and a branch that nobody knows, are said and not taken for a yes', async () => {
    rmSync(join(home, 'origin.git'), { recursive: true })
    expect(await refuse()).toEqual([expect.stringMatching(/^main could not be fetched here; .*: \S/)])
    expect(await refuse('nobody')).toEqual([
      expect.stringMatching(/^nobody could not be fetched here/),
      expect.stringMatching(/^What stands here could not be compared with nobody as it is pushed: \S/),
    ])
  })

  test('another branch, and none, are told what to do', async () => {
    git('switch', '-q', '-c', 'feature')
    write('server/e.ts')
    expect(unpushedAdvice(await look(), 'main').at(-1)).toMatch(
      /you are on feature: .* DO_APP_BRANCH=feature/,
    )
    commit()
    git('switch', '-q', '--detach')
    const unpushed = await look()
    expect(unpushed).toMatchObject({ branch: undefined, runtime: ['server/e.ts'] })
    expect(unpushedAdvice(unpushed, 'main').at(-1)).toMatch(/git push origin HEAD:main/)
  })
})
