import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Deployed } from './operator.ts'
import { openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const failed = ({ report }: Deployed) => report?.failures.map(({ because }) => because).join()

/** The tool as it is typed, over real ssh and git; what an engine would do is played. test:deploy has a real one. */
describe.skipIf(!hasSshd)('a whole deploy (openssh-server)', { timeout: 120_000 }, () => {
  let droplet: PretendDroplet
  beforeAll(async () => {
    droplet = await openPretendDroplet()
  }, 120_000)
  afterAll(() => droplet?.close(), 60_000)
  const images = () => ['server-a', 'server-b', 'jobs'].map((name) => droplet.container(name)?.image)

  test('R3: on a bare machine everything is made, started, asked and good', async () => {
    const { code, report, stderr } = await droplet.deploy([
      '--json',
      '--update-only',
      '--message',
      'the first one',
    ])
    expect([code, report?.failures], stderr).toEqual([0, []])
    expect(report).toMatchObject({
      ...{ success: true, mode: 'update-only', syntheticUserRemoval: { verdict: 'pass' } },
      deploy: { previous: null, backup: null, rollback: { decision: 'not-needed' } },
    })
    expect(report).toMatchObject({
      by: { operator: userInfo().username, host: hostname(), message: 'the first one' },
      deploy: {
        release: { digest: `sha256:${report?.commit?.slice(0, 12)}` },
        engine: { docker: '28.0.0', compose: '2.35.0' },
      },
    })
    expect(report?.notChecked.map(({ name }) => name)).toEqual(['adminHostPathGuard'])
    expect(images()).toEqual(Array(3).fill(report?.deploy?.release?.image))
    expect(existsSync(join(droplet.place, 'state/lock'))).toBe(false)
  })

  test('O1, O4: here ssh, git and what signs were started and nothing else; what ran there had an environment of its own', async () => {
    const spawned = droplet.spawned()
    expect(spawned.length).toBeGreaterThan(40)
    expect([...new Set(spawned.map(({ file }) => file))].sort()).toEqual(['git', 'ssh', 'ssh-keygen'])
    const heard = droplet.heard()
    expect(heard.filter(({ program }) => program === 'docker').length).toBeGreaterThan(10)
    expect(new Set(heard.flatMap(({ env }) => env.map((line) => line.split('=')[0])))).not.toContain(
      'SPAWNED',
    )
  })

  test('R3, O7: the next commit takes its place, after a backup; the one before is kept', async () => {
    const before = images()
    const tag = await droplet.operator.push('a word changes', {
      'shared/src/brand.ts': (text) => text.replace(/tagline: '[^']*'/, "tagline: 'Another word'"),
    })
    const { code, report, stderr } = await droplet.deploy(['--json'])
    expect([code, report?.failures], stderr).toEqual([0, []])
    expect(report?.deploy).toMatchObject({ backup: { verified: true }, previous: { image: before[0] } })
    expect(images()).toEqual(Array(3).fill(`latchkey:${tag}`))
    const releases = JSON.parse(readFileSync(join(droplet.place, 'state/releases.json'), 'utf8')) as object[]
    expect(releases).toHaveLength(2)
  })

  test('where an admin host is set up there is nothing that is not checked, and a strict deploy is good', async () => {
    const { code, report, stderr } = await droplet.again(['--json', '--strict', '--check-jobs'], {
      settings: { ADMIN_ALLOWLIST: '203.0.113.7/32', ADMIN_BASIC_AUTH: `ada:$2y$12$${'a'.repeat(53)}` },
    })
    expect([code, report?.failures, report?.notChecked], stderr).toEqual([0, [], []])
    expect(report?.adminHostPathGuard.facts).toMatchObject({ adminHost: 'admin.product.example.com' })
    expect(report?.metrics.facts).toMatchObject({ names: ['asked_total'] })
  })

  test('R25, O7: a server that ends at once: what ran runs again, and the report names the cause', async () => {
    const before = images()
    const tag = await droplet.operator.push('a server that ends', { 'server/src/main.ts': 'throw 1\n' })
    droplet.sicken({ service: 'server-b', tag, code: 9, says: 'broken on purpose' })
    const deployed = await droplet.deploy(['--json'])
    droplet.sicken()
    expect([deployed.code, failed(deployed)]).toEqual([
      1,
      'server-b did not become healthy: it ended with code 9.',
    ])
    expect(deployed.report?.deploy?.rollback.decision).toBe('done')
    expect(deployed.report?.deploy?.logExcerpt).toContain('broken on purpose')
    expect(images()).toEqual(before)
  })

  test('ENV=prod with the certificate for tries: deployed, and red about that alone', async () => {
    const { code, report, stderr } = await droplet.deploy(['--json'], {
      settings: { ENV: 'prod' },
      env: { NODE_EXTRA_CA_CERTS: '' },
    })
    expect([code, report?.failures.map(({ name }) => name)], stderr).toEqual([1, ['tlsAcmeGuard']])
    expect(report?.deploy?.rollback.decision).toBe('not-needed')
    expect(images()).toEqual(Array(3).fill(report?.deploy?.release?.image))
  })

  describe('R11: with --run-tests', () => {
    const said = (suite: string): string => {
      const logs = join(droplet.operator.place, 'local_run_logs')
      const last = readdirSync(logs).toSorted().at(-1) ?? ''
      return readFileSync(join(logs, last, suite, 'vitest.txt'), 'utf8')
    }
    const ofTests = (): string[] =>
      droplet
        .heard()
        .filter(({ program }) => program === 'docker')
        .map(({ words }) => words.join(' '))
        .filter((line) => line.includes('latchkey-test:') || / up .* postgres/.test(line))
    const deployWithTests = () => {
      droplet.forget()
      return droplet.deploy(['--json', '--timestamped', '--run-tests'])
    }

    test('the suites run before anything that runs is touched, what they say is kept, and their image is gone', async () => {
      const { code, report, stderr } = await deployWithTests()
      expect([code, report?.failures], stderr).toEqual([0, []])
      for (const suite of ['server', 'jobs', 'client'])
        expect(said(suite)).toBe(`the suite of ${suite} is green\n`)
      expect(ofTests()).toEqual([
        expect.stringMatching(/^buildx build .* containers\/test\/Dockerfile /),
        ...['server', 'jobs', 'client'].map((suite): unknown =>
          expect.stringMatching(`^run --rm .*--network none .* ${suite}$`),
        ),
        expect.stringMatching(/^image rm /),
        expect.stringMatching(/^compose up .* postgres/),
      ])
    })

    test('one that fails ends it: all are run, nothing is touched, and the report names it', async () => {
      const before = images()
      droplet.misbehave({
        ...{ on: 'docker run --rm', nth: 2, times: 1 },
        how: { code: 1, stdout: 'one is red\n' },
      })
      const deployed = await deployWithTests()
      droplet.misbehave()
      expect([deployed.code, failed(deployed)]).toEqual([1, 'Tests failed: jobs (<suite>/vitest.txt).'])
      expect([said('server'), said('jobs'), said('client')].map((text) => text.split('\n')[0])).toEqual([
        'the suite of server is green',
        'one is red',
        'the suite of client is green',
      ])
      expect(deployed.report?.deploy?.rollback.decision).toBe('not-needed')
      expect(images()).toEqual(before)
      expect(ofTests().at(-1)).toMatch(/^image rm /)
    })
  })

  test('a migration that fails: nothing that runs is touched', async () => {
    const before = images()
    droplet.misbehave({
      on: 'docker compose run --rm --no-deps --no-TTY -- migrate',
      how: { code: 3, stderr: 'failed on purpose\n' },
    })
    const deployed = await droplet.deploy(['--json'])
    droplet.misbehave()
    expect([deployed.code, failed(deployed)]).toEqual([1, 'The migration failed (code 3).'])
    expect(deployed.report?.deploy?.rollback.decision).toBe('not-needed')
    expect(images()).toEqual(before)
  })

  test('R32, O9: what ends it before anything is begun is in the report as well, and no stack is shown', async () => {
    const file = join(droplet.place, 'state/releases.json')
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, '[{}]')
    const deployed = await droplet.again(['--json'])
    writeFileSync(file, good)
    expect([deployed.code, failed(deployed)]).toEqual([
      2,
      'state/releases.json on the droplet is not what a deploy has written.',
    ])
    expect(deployed.stderr).not.toContain('    at ')
  })

  test('whose lock was broken brings nothing back: it is left to who deploys now', async () => {
    await droplet.operator.push('a deploy that is overtaken', {
      'shared/src/brand.ts': (text) => text.replace(/tagline: '[^']*'/, "tagline: 'Overtaken'"),
    })
    droplet.forget()
    droplet.misbehave({ on: 'docker compose build', how: 'hang' })
    const running = droplet.start()
    await expect.poll(droplet.hasMisbehaved, { timeout: 60_000 }).toBe(true)
    const theirs = '7a1f5b4e-6f0e-4b52-9a53-0c1b1f0d9a11'
    writeFileSync(join(droplet.place, 'state/lock/token'), theirs)
    const before = droplet.heard().length
    running.child.kill('SIGINT')
    const { code, stderr } = await running.ended
    droplet.misbehave()
    expect([code, stderr]).toEqual([4, expect.stringMatching(/Somebody has broken our lock[^]*Next: /)])
    const since = droplet.heard().slice(before)
    expect(since.filter(({ program }) => ['git', 'docker', 'mv', 'rm'].includes(program))).toEqual([])
    expect(readFileSync(join(droplet.place, 'state/lock/token'), 'utf8')).toBe(theirs)
    rmSync(join(droplet.place, 'state/lock'), { recursive: true })
  })

  test('R25: what falls ill while it is watched is told, and with --no-rollback left to be looked at', async () => {
    const tag = await droplet.operator.push('a worker that tires', {
      'shared/src/brand.ts': (text) => text.replace(/tagline: '[^']*'/, "tagline: 'Tired'"),
    })
    const running = droplet.start(['--json', '--no-rollback', '--watch', '60'])
    await expect.poll(running.output, { timeout: 60_000 }).toContain('… watch')
    droplet.sicken({ service: 'jobs', says: 'out of breath', isOutOfMemory: true })
    const deployed = await running.ended
    droplet.sicken()
    expect([deployed.code, failed(deployed)]).toEqual([
      1,
      'jobs fell ill after it was healthy (running, unhealthy): its memory ran out.',
    ])
    expect(deployed.report?.deploy?.rollback.decision).toBe('switched-off')
    expect(images()).toEqual(Array(3).fill(`latchkey:${tag}`))
  })

  test('what nobody plays is refused, so that a new command of the tool is noticed', async () => {
    droplet.misbehave({
      on: 'docker compose config',
      how: { code: 125, stderr: 'docker: nobody plays it\n' },
    })
    const deployed = await droplet.again(['--json'])
    droplet.misbehave()
    expect([deployed.code, failed(deployed)]).toEqual([1, 'The services cannot be listed (code 125).'])
  })
})
