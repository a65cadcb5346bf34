import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as docker from '../../commands/docker.ts'
import * as droplet from '../../commands/droplet.ts'
import * as files from '../../commands/files.ts'
import * as git from '../../commands/git.ts'
import { operand, Refused, SHAPE_NAMES } from '../../commands/operand.ts'
import * as postgres from '../../commands/postgres.ts'
import { ssh } from '../../commands/ssh.ts'
import { BENIGN, MAKERS } from './constructors.ts'
import { hostileValues } from './hostile.ts'

const OPS = join(import.meta.dirname, '../..')

test.each([
  [docker.buildImages('server-a'), 'docker compose build --progress plain -- server-a'],
  [
    docker.startServices(['server-a'], 60),
    'docker compose up --detach --no-deps --no-build --wait --wait-timeout 60 -- server-a',
  ],
  [docker.startAll(120), 'docker compose up --detach --no-build --wait --wait-timeout 120'],
  [docker.runOnce('migrate'), 'docker compose run --rm --no-deps --no-TTY -- migrate'],
  [docker.stopServices(['server-a', 'jobs'], 40), 'docker compose stop --timeout 40 -- server-a jobs'],
  [docker.listContainers(), 'docker compose ps --all --format json'],
  [
    docker.readLogs('jobs', 200),
    'docker compose logs --no-color --no-log-prefix --timestamps --tail 200 -- jobs',
  ],
  [docker.followLogs([], 100), 'docker compose logs --no-color --timestamps --follow --tail 100'],
  [docker.execute('redis', 'redis-cli', 'ping'), 'docker compose exec --no-TTY -- redis redis-cli ping'],
  [
    docker.withEnv({ IMAGE_TAG: '1f2e3d4c5b6a' }, docker.runOnce('migrate')),
    'env IMAGE_TAG=1f2e3d4c5b6a docker compose run --rm --no-deps --no-TTY -- migrate',
  ],
  [docker.inspectImage('latchkey:1f2e3d'), 'docker image inspect --format {{json .}} -- latchkey:1f2e3d'],
  [docker.tagImage('latchkey:a', 'latchkey:b'), 'docker image tag -- latchkey:a latchkey:b'],
  [docker.pruneBuilds(168), 'docker builder prune --force --filter until=168h'],
  [
    git.fetchBranch('main'),
    'git fetch --prune --no-tags --no-recurse-submodules -- origin +refs/heads/main:refs/remotes/origin/main',
  ],
  [git.resetToBranch('main'), 'git reset --hard refs/remotes/origin/main --'],
  [
    git.commitOfBranch('a/b'),
    'git rev-parse --verify --quiet --end-of-options refs/remotes/origin/a/b^{commit}',
  ],
  [
    git.cloneRepository('https://example.com/a.git', '/opt/latchkey'),
    'git clone --no-checkout --origin origin -- https://example.com/a.git /opt/latchkey',
  ],
  [git.committedSince('main'), 'git diff --name-only --no-renames -z refs/remotes/origin/main...HEAD --'],
  [
    postgres.dumpDatabase('postgres', 'latchkey', '/backups/a.dump'),
    'docker compose exec --no-TTY -- postgres pg_dump --username=postgres --no-password --format=custom --file=/backups/a.dump -- latchkey',
  ],
  [files.readFolder('secrets'), 'grep --recursive --no-messages --text --null --regexp= -- secrets'],
  [files.readFileIfThere('state/a'), 'env LC_ALL=C cat -- state/a'],
  [files.removeFile('/opt/latchkey/a'), 'rm -f -- /opt/latchkey/a'],
  [files.removeFolder('state/kept/a'), 'rm -rf -- state/kept/a'],
  [docker.containerIdsOf('postgres', 'redis'), 'docker compose ps --all --quiet -- postgres redis'],
  [docker.checkCompose(), 'docker compose config --quiet'],
  [docker.showCompose(), 'docker compose config'],
  [
    docker.showContainers(),
    'docker compose ps --all --format {{.Service}}\t{{.State}}\t{{.Health}}\t{{.Ports}}\t{{.Image}}',
  ],
  [docker.engineVersion(), 'docker version --format {{json .}}'],
  [docker.composeVersion(), 'docker compose version --short'],
  [git.commitOfHead(), 'git rev-parse --verify --quiet HEAD^{commit}'],
  [droplet.reloadSshd(), 'systemctl reload ssh'],
  [droplet.waitForFirstBoot(), 'cloud-init status --wait'],
])('O1: what is run, word by word: %s', (command, words) => {
  expect(command.join(' ')).toBe(words)
})

test('O3: ssh trusts the pinned key alone, reads no file of ours, and never asks', () => {
  const target = { host: '203.0.113.7', port: 2222, user: 'root', keyFile: '/keys/a b', hostKey: undefined }
  const words = ssh(target, { knownHosts: '/tmp/a 1/known' }, 'script').join(' ')
  for (const part of [
    '-F none',
    '-o StrictHostKeyChecking=yes',
    '-o UserKnownHostsFile="/tmp/a 1/known"',
    '-o GlobalKnownHostsFile=none',
    '-o BatchMode=yes',
    '-o IdentitiesOnly=yes',
    '-o UpdateHostKeys=no',
    '-o ClearAllForwardings=yes',
  ])
    expect(words).toContain(part)
  expect(words.endsWith('-p 2222 -l root -- 203.0.113.7 script')).toBe(true)
})

test.each([
  'ssh-ed25519',
  'ssh-ed25519 AAA',
  `ssh-dss ${'A'.repeat(68)}`,
  `ssh-ed25519 ${'A'.repeat(68)}\nx`,
])('O3: %j is no key to pin', (hostKey) => {
  const target = { host: 'a', port: 22, user: 'root', keyFile: '/k', hostKey }
  expect(() => ssh(target, { knownHosts: '/known' }, '')).toThrow(Refused)
})

/** The same numbers each time: what fails, fails again. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('O2: what begins with a dash, or is no plain word, gets into no command', () => {
  /** A command with a value in it is the same command with a harmless one in its place, and nothing else. */
  const isLiteral = ([, shape, make]: (typeof MAKERS)[number], value: string): boolean => {
    const expected = make(BENIGN[shape]).map((word) => word.replaceAll(BENIGN[shape], () => value))
    return JSON.stringify(make(value)) === JSON.stringify(expected)
  }
  const refusedOrLiteral = (
    maker: (typeof MAKERS)[number],
    value: string,
  ): 'refused' | 'literal' | 'WRONG' => {
    try {
      return isLiteral(maker, value) ? 'literal' : 'WRONG'
    } catch (error) {
      if (error instanceof Refused) return 'refused'
      throw error
    }
  }

  test('a harmless value of each shape is taken', () => {
    for (const maker of MAKERS)
      expect([maker[0], refusedOrLiteral(maker, BENIGN[maker[1]])]).toEqual([maker[0], 'literal'])
  })

  test('100,000 strings at random', () => {
    const number = numbersFrom(4711)
    const alphabets = [
      'abcz019',
      'aZ09._-/:@=+~',
      '-$`;|&<>(){}[]*?!#%^"\'\\ ',
      '\0\n\r\t\u001B\u007F',
      'éß日😀\u202E\uFEFF',
    ]
    const glyphs = alphabets.map((alphabet) => [...alphabet])
    const counts = { refused: 0, literal: 0, WRONG: 0 }
    for (let round = 0; round < 100_000; round += 1) {
      const [maker] = MAKERS.slice(round % MAKERS.length)
      if (!maker) continue
      const kinds = number(3) === 0 ? glyphs.length : 1 + number(2)
      const length = number(24)
      let value = number(4) === 0 ? BENIGN[maker[1]] : ''
      for (let at = 0; at < length; at += 1) {
        const alphabet = glyphs[number(kinds)] ?? []
        value += alphabet[number(alphabet.length)]
      }
      const outcome = refusedOrLiteral(maker, value)
      counts[outcome] += 1
      if (outcome === 'WRONG') expect([maker[0], value]).toEqual('refused or literal')
      if (outcome === 'literal') {
        expect(value.startsWith('-')).toBe(false)
        expect(/\p{Cc}/u.test(value)).toBe(false)
      }
    }
    expect(counts.WRONG).toBe(0)
    expect(counts.refused).toBeGreaterThan(20_000)
    expect(counts.literal).toBeGreaterThan(10_000)
  })

  test('500 hostile values in every place', () => {
    const values = hostileValues('/tmp/marker', 500)
    expect(values).toHaveLength(500)
    for (const maker of MAKERS)
      for (const value of values)
        if (refusedOrLiteral(maker, value) === 'WRONG')
          expect([maker[0], value]).toEqual('refused or literal')
  })

  test.each(SHAPE_NAMES)('no %s begins with a dash, ends in a line end, is empty or holds a NUL', (shape) => {
    for (const value of [
      `-${BENIGN[shape]}`,
      '-',
      '--',
      '-o',
      `${BENIGN[shape]}\n`,
      '',
      'a\0b',
      '\n',
      `a\nb`,
    ])
      expect(() => operand(shape, value)).toThrow(Refused)
  })

  test('a refusal says what was wrong with it and what to type, and shows no control character', () => {
    expect(() => operand('branch', '\u001B[2J--upload-pack=x')).toThrow(
      /^"\\u001b\[2J--upload-pack=x" cannot be used as a branch: it has to be such as main\.\nNext: /,
    )
  })
})

test('O4: an address of a repository may hold no password: words are seen by everybody', () => {
  const withPassword = 'https://someone:canary@example.com/a.git'
  expect(() => git.cloneRepository(withPassword, '/opt/latchkey')).toThrow(/^(?![^]*canary)[^]*repository/)
  expect(git.setOrigin('git@example.com:team/a.git').at(-1)).toBe('git@example.com:team/a.git')
})

describe('O1: one place starts programs', () => {
  const sources = ['commands', 'deeds', 'deploy'].flatMap((room) =>
    readdirSync(join(OPS, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ path: `${room}/${name}`, text: readFileSync(join(OPS, room, name), 'utf8') })),
  )
  const paths = (what: RegExp) => sources.filter(({ text }) => what.test(text)).map(({ path }) => path)

  test('run.ts, and never through a shell', () => {
    expect(sources.length).toBeGreaterThan(15)
    expect(paths(/node:child_process/)).toEqual(['deeds/run.ts'])
    expect(paths(/shell: true|(?<!\.)\bexec(Sync|File)?\(|\beval\b/)).toEqual([])
  })

  test('sentences for a shell are constants: nothing is put into one', () => {
    expect(paths(/'sh', '-c'|"sh", "-c"/)).toEqual([
      'commands/backup.ts',
      'commands/files.ts',
      'commands/lock.ts',
    ])
    for (const { path, text } of sources)
      for (const [sentence] of text.matchAll(/^const [A-Z_]+ = `[^`]*`/gm))
        expect([path, sentence.match(/(?<!\\)\$\{/g)]).toEqual([path, null])
  })
})
