import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Deployed } from './operator.ts'
import { type Change, openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const usersLine = (letter: string): string => `operator:$2y$12$${letter.repeat(53)}`
const guardedBy = (letter: string, label: string): Change => ({
  settings: {
    ...{ ADMIN_ALLOWLIST: '203.0.113.9', ADMIN_BASIC_AUTH: usersLine(letter), ADMIN_DNS_LABEL: label },
  },
  app: { LOG_LEVEL: label === 'desk' ? 'debug' : 'info' },
})
const [BEFORE, AFTER] = [guardedBy('a', 'admin'), guardedBy('b', 'desk')]

const MORE = 'export const up = () => Promise.resolve()\nexport const down = () => Promise.resolve()\n'
const BREAKING = `export const breaksOlder = true\n${MORE}`

describe.skipIf(!hasSshd)('O7: a deploy that goes back brings back everything (openssh-server)', () => {
  let droplet: PretendDroplet
  let [older, newer] = ['', '']
  let nth = 0
  beforeAll(async () => {
    droplet = await openPretendDroplet()
    older = await pushNext()
    expect((await droplet.again([], BEFORE)).code).toBe(0)
    newer = await pushNext()
    expect((await droplet.again([], BEFORE)).code).toBe(0)
  }, 240_000)
  afterAll(() => droplet?.close(), 60_000)
  afterEach(() => {
    droplet.sicken()
    droplet.misbehave()
    droplet.product.fault = (said) => said
  })

  const pushNext = (more: Readonly<Record<string, string>> = {}) =>
    droplet.operator.push(`number ${(nth += 1)}`, {
      'shared/src/brand.ts': (text) => text.replace(/tagline: '[^']*'/, `tagline: 'Number ${nth}'`),
      ...more,
    })
  const images = () => ['server-a', 'server-b', 'jobs'].map((name) => droplet.container(name)?.image)
  const imagesOf = (tag: string) => Array<string>(3).fill(`latchkey:${tag}`)
  const read = (path: string) => readFileSync(join(droplet.place, path), 'utf8')
  const releases = () => (JSON.parse(read('state/releases.json')) as { tag: string }[]).map(({ tag }) => tag)
  /** Whatever a deploy writes for those who run. */
  const files = () =>
    [
      'traefik.yml',
      ...readdirSync(join(droplet.place, 'traefik/rendered/dynamic')).map((name) => `dynamic/${name}`),
    ]
      .map((name) => `traefik/rendered/${name}`)
      .concat('.env', 'secrets/admin_basic_auth', 'secrets/ops_basic_auth', 'state/releases.json')
      .map((path) => [path, read(path)])
  const containers = () =>
    ['postgres', 'redis', 'server-a', 'server-b', 'jobs', 'traefik'].map(
      (name) => droplet.container(name)?.id,
    )
  const told = ({ code, report }: Deployed) => [
    ...[code, report?.deploy?.rollback.decision, report?.failures[0]?.because],
  ]

  test('a build that fails: nothing that runs has met the new settings, neither Traefik nor its guards', async () => {
    const [before, running] = [files(), containers()]
    await pushNext()
    droplet.misbehave({ on: 'docker compose build', how: { code: 1, stderr: 'no build today\n' } })
    const deployed = await droplet.again(['--json'], AFTER)
    expect(told(deployed)).toEqual([1, 'not-needed', 'The image cannot be built (code 1).'])
    expect([files(), containers()]).toEqual([before, running])
  })

  test('questions that fail: slots, worker, settings, edge and guards are those of before, and what the bad build said is kept', async () => {
    const before = files()
    const tag = await pushNext()
    droplet.product.fault = (said, { path }) => (path === '/api/health' ? { ...said, status: 500 } : said)
    const deployed = await droplet.again(['--json'], AFTER)
    expect(told(deployed)).toEqual([1, 'done', expect.stringContaining('/api/health answered 500')])
    for (const name of ['server-a', 'server-b', 'jobs', 'traefik'])
      expect(deployed.report?.deploy?.logExcerpt).toContain(`--- ${name}\n`)
    expect(deployed.report?.deploy).toMatchObject({
      release: null,
      previous: { image: `latchkey:${newer}` },
    })
    expect(files()).toEqual(before)
    expect(images()).toEqual(imagesOf(newer))
    expect(droplet.container('traefik')?.stamp).toBe(/EDGE_STAMP='(\w+)'/.exec(read('.env'))?.[1])
    expect(tag).not.toBe(newer)
  })

  test('a store that does not come up anew is brought back, and who it serves is left alone', async () => {
    const [before, [, ...others]] = [files(), containers()]
    const tag = await pushNext()
    droplet.sicken({ service: 'postgres', tag, says: 'no room' })
    const deployed = await droplet.again(['--json'], AFTER)
    expect(told(deployed)).toEqual([1, 'done', expect.stringMatching(/^postgres and redis did not become/)])
    expect(droplet.container('postgres')?.state).toBe('running')
    expect([files(), containers().slice(1)]).toEqual([before, others])
  })

  test('a migration that fails when its work is done is not told as if nothing had been touched', async () => {
    const [before, running] = [files(), containers()]
    await pushNext({
      'db/migrations/0900_more.ts': MORE,
    })
    droplet.sicken({ service: 'migrate', says: 'not the last word', when: 'its work is done' })
    const deployed = await droplet.again(['--json'], AFTER)
    expect(told(deployed)).toEqual([1, 'done', 'The migration failed (code 1).'])
    expect(deployed.report?.deploy?.rollback.because).toBe(
      `${newer} runs as before, on the database as the migration left it.`,
    )
    expect([files(), containers()]).toEqual([before, running])
  })

  test('what cannot be written down does not run: the release of before is the one that is named', async () => {
    const before = files()
    await pushNext()
    droplet.misbehave({ on: 'mv -f -- state/releases.json.new', how: { code: 1 } })
    const deployed = await droplet.again(['--json'], AFTER)
    expect(told(deployed)).toEqual([1, 'done', 'What runs now cannot be written down (code 1).'])
    expect([files(), images()]).toEqual([before, imagesOf(newer)])
  })

  test('what ran here cannot be read: code 2, and nothing is changed', async () => {
    const [before, running] = [files(), containers()]
    droplet.misbehave({
      on: 'cat -- state/releases.json',
      how: { code: 1, stderr: 'cat: state/releases.json: Input/output error\n' },
    })
    const { code, stderr } = await droplet.again([], AFTER)
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/Input\/output error\nNext: .*\. Nothing was changed\./),
    ])
    expect([files(), containers()]).toEqual([before, running])
  })

  test('--rollback that stops half-way: who was touched runs again as it did, and the report says so', async () => {
    const before = files()
    droplet.sicken({ service: 'server-b', tag: older, says: 'too old' })
    const deployed = await droplet.again(['--json', '--rollback'], AFTER)
    expect(told(deployed)).toEqual([1, 'failed', expect.stringMatching(/^server-b did not become healthy/)])
    expect(deployed.report?.deploy?.rollback.because).toBe(
      `${older} does not run again: ${newer} does, as it did.`,
    )
    expect([files(), images()]).toEqual([before, imagesOf(newer)])
  })

  test('--rollback: what ran before runs with the settings that it had; the edge stays', async () => {
    const tag = await pushNext()
    expect((await droplet.again([], AFTER)).code).toBe(0)
    const [edge, running] = [read('traefik/rendered/dynamic/routers.yml'), droplet.container('traefik')]
    const deployed = await droplet.again(['--json', '--rollback'], AFTER)
    expect(told(deployed)).toEqual([0, 'done', undefined])
    expect([images(), releases().slice(0, 2)]).toEqual([imagesOf(newer), [newer, tag]])
    expect(read('.env')).toContain("LOG_LEVEL='info'\n")
    expect(read('.env')).toContain("ALLOWED_HOSTS='desk.product.example.com'\n")
    expect(read('.env')).toContain(`EDGE_STAMP='${running?.stamp}'\n`)
    expect([read('traefik/rendered/dynamic/routers.yml'), droplet.container('traefik')]).toEqual([
      edge,
      running,
    ])
  })

  test('a build that cannot live with the database is not gone back to, whichever run has changed it', async () => {
    for (const more of [{ 'db/migrations/0901_breaking.ts': BREAKING }, {}]) {
      const tag = await pushNext(more)
      droplet.sicken({ service: 'server-b', tag, says: 'not today' })
      const deployed = await droplet.again(['--json'], AFTER)
      expect(told(deployed)).toEqual([1, 'refused-by-schema', expect.stringMatching(/^server-b did not/)])
      expect(deployed.report?.deploy?.rollback.because).toContain('0901_breaking')
    }
  })

  test('what is old and cannot be removed is a note: the release is good, and stays', async () => {
    const tag = await pushNext()
    droplet.misbehave({ on: 'docker image ls', how: { code: 0, stdout: 'nonsense\n' } })
    const { code, stdout, stderr } = await droplet.again([], BEFORE)
    expect([code, stdout], stderr).toEqual([0, expect.stringContaining('Not all that is old was removed: ')])
    expect([images(), releases()[0]]).toEqual([imagesOf(tag), tag])
  })

  test('no more is kept than what somebody would go back to', async () => {
    await pushNext()
    expect((await droplet.again([], BEFORE)).code).toBe(0)
    for (const room of ['state/kept', 'secrets/kept'])
      expect(
        readdirSync(join(droplet.place, room))
          .map((name) => name.split('-')[0])
          .sort(),
      ).toEqual(releases().sort())
    expect(existsSync(join(droplet.place, 'state/lock'))).toBe(false)
  })
})
