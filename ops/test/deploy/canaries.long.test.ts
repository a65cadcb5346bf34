import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCanaries, openAviary, type Place } from '@latchkey/shared/canaries'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { YOURS } from '../../secrets/recipes.ts'
import type { Deployed } from './operator.ts'
import { type Change, openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const aviary = openAviary()
const { hatch, keep } = aviary

/** A line of htpasswd whose hash is looked for. */
const usersLine = (kind: string): string => `operator:$2y$12$${hatch(kind).padEnd(53, 'x')}`

/** Every secret that a deploy is given or makes is one that is met nowhere else, and all that it says is searched. */
describe.skipIf(!hasSshd)(
  'O4, R27: no secret of a deploy is anywhere but in its file (openssh-server)',
  () => {
    let droplet: PretendDroplet
    let home: string
    const secrets = {
      DO_API_TOKEN: hatch('DO_API_TOKEN'),
      ADMIN_BASIC_AUTH: usersLine('ADMIN_BASIC_AUTH'),
      OPS_BASIC_AUTH: usersLine('OPS_BASIC_AUTH'),
    }
    const guards = {
      ...{ ADMIN_ALLOWLIST: '203.0.113.7', OPS_ALLOWLIST: '203.0.113.7' },
      ...{ JOBS_UI_DNS_LABEL: 'jobs', TRAEFIK_DNS_LABEL: 'traefik' },
    }
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'latchkey-canaries-'))
      droplet = await openPretendDroplet()
      for (const line of linesIn(droplet.sshd.target.keyFile)) keep('the key to sign in with', line)
    }, 120_000)
    afterAll(async () => {
      await droplet?.close()
      await rm(home, { recursive: true, force: true })
    }, 60_000)

    /** Everything that a deploy has said, written, started, or left behind. */
    function search({ stdout, stderr }: Deployed): string[] {
      const places: Place[] = [
        { where: 'stdout', text: stdout },
        { where: 'stderr', text: stderr },
        ...filesIn(join(droplet.operator.place, 'local_run_logs')),
        ...filesIn(droplet.place, (path) => !/^(secrets|\.git)\//.test(path)),
        ...droplet.spawned().map(({ file, args, env }) => textOf(`${file} here`, [...args, ...env])),
        ...droplet
          .heard()
          .map(({ program, words, env }) => textOf(`${program} on the droplet`, [...words, ...env])),
      ]
      expect(places.length).toBeGreaterThan(300)
      droplet.forget()
      const found = findCanaries(aviary.canaries, places)
      return [...new Set(found.map(({ kind, form, where }) => `${kind} (${form}): ${where}`))]
    }

    /** What the droplet has made, and what its owner has put there. */
    function readBack(): [name: string, text: string][] {
      const folder = join(droplet.place, 'secrets')
      const all = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }): [string, string] => [name, readFileSync(join(folder, name), 'utf8')])
      for (const [name, text] of all.filter(([one]) => !PUBLIC.includes(one)))
        for (const part of partsOf(text)) keep(`secrets/${name}`, part)
      return all
    }

    const inSettings: Change = { settings: { ...guards, ...secrets } }
    const inEnvironment: Change = { settings: guards, env: secrets }

    test('a deploy that goes well, with everything that it says', async () => {
      const first = await droplet.deploy(['--json', '--verbose'], inSettings)
      expect(first.code, first.stderr).toBe(0)
      readBack()
      expect(search(first)).toEqual([])
      for (const name of YOURS.filter((one) => !one.endsWith('basic_auth')))
        writeFileSync(join(droplet.place, 'secrets', name), hatch(`secrets/${name}`))
      const second = await droplet.deploy(['--verbose'], inEnvironment)
      expect(second.code, second.stderr).toBe(0)
      expect(search(second)).toEqual([])
    })

    test('one that stands in app.env, where it does not belong: refused by its name alone', async () => {
      const app = { SMTP_PASS: hatch('SMTP_PASS in app.env') }
      const deployed = await droplet.deploy(['--json', '--verbose'], { ...inSettings, app })
      expect([deployed.code, deployed.stderr]).toEqual([2, expect.stringContaining('holds SMTP_PASS')])
      expect(search(deployed)).toEqual([])
    })

    test.each([
      ['said by a person’s terminal', ['--verbose']],
      ['said to a program', ['--json']],
    ])('a server that tells its environment and falls over, %s', async (_, words) => {
      droplet.sicken({ service: 'server-b', says: everyFormOf(readBack()) })
      const deployed = await droplet.deploy([...words, '--no-rollback'], inEnvironment)
      droplet.sicken()
      expect([deployed.code, lastReport().deploy?.logExcerpt]).toEqual([
        1,
        expect.stringContaining('REDACTED'),
      ])
      expect(search(deployed)).toEqual([])
    })

    test.each([[['--verbose']], [['--json']]])(
      'a migration that tells its environment and fails: %s',
      async (words) => {
        droplet.sicken({ service: 'migrate', says: everyFormOf(readBack()) })
        const deployed = await droplet.deploy(words, inEnvironment)
        droplet.sicken()
        expect(deployed.code).toBe(1)
        expect(deployed.stdout + deployed.stderr).toContain('REDACTED')
        expect(search(deployed)).toEqual([])
      },
    )

    test('a connection that tells its environment and breaks, before anything is known of the droplet', async () => {
      droplet.misbehave({ on: 'flock', how: { code: 1, stderr: Object.values(secrets).join(' ') } })
      const deployed = await droplet.deploy([], inSettings)
      droplet.misbehave()
      expect(deployed.code).toBe(1)
      expect(deployed.stderr).toContain('REDACTED')
      expect(search(deployed)).toEqual([])
    })

    const lastReport = () =>
      JSON.parse(
        readFileSync(
          join(
            ...[droplet.operator.place, 'local_run_logs'],
            readdirSync(join(droplet.operator.place, 'local_run_logs')).at(-1) ?? '',
            'meta/post-deploy-report.json',
          ),
          'utf8',
        ),
      ) as NonNullable<Deployed['report']>
  },
)

/** Everybody who connects is shown it. */
const PUBLIC = ['postgres_cert']

const linesIn = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('-----'))

/** What of a file is the secret: a password of a URL, a hash of an ACL, a key of a ring, a line of a key. */
function partsOf(text: string): string[] {
  if (URL.canParse(text)) return [decodeURIComponent(new URL(text).password)]
  if (text.startsWith('{')) return Object.values(JSON.parse(text) as Record<string, string>)
  const hashes = [...text.matchAll(/#([0-9a-f]{64})/g)].map(([, hash = '']) => hash)
  if (hashes.length > 0) return hashes
  return text.split('\n').filter((line) => line.length >= 12 && !line.startsWith('-----'))
}

/** As a program tells its environment that means well, or does not. */
function everyFormOf(all: [name: string, text: string][]): string {
  const env = Object.fromEntries(all.map(([name, text]) => [name.toUpperCase(), text]))
  const whole = JSON.stringify(env)
  return [
    ...Object.entries(env).map(([name, text]) => `${name}=${text}`),
    ...Object.entries(env).map(([name, text]) => `${name.toLowerCase()} is ${JSON.stringify(text)}`),
    ...Object.values(env).flatMap((text) => [
      encodeURIComponent(text),
      Buffer.from(text).toString('hex'),
      Buffer.from(text).toString('base64'),
      Buffer.from(text).toString('base64url'),
    ]),
    whole,
    JSON.stringify(whole),
    encodeURIComponent(whole),
    Buffer.from(whole).toString('base64'),
  ].join('\n')
}

function filesIn(folder: string, isMeant = (_path: string) => true): Place[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => isMeant(path) && statSync(join(folder, path)).isFile())
    .map((path) => ({ where: path, text: readFileSync(join(folder, path), 'utf8') }))
}

const textOf = (where: string, lines: readonly string[]): Place => ({ where, text: lines.join('\n') })
