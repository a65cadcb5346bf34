import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { ENV_KEYS } from '@latchkey/shared/env'
import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signText } from '../../commands/signature.ts'
import { REMOTE_SCRIPT } from '../../deeds/remote-script.ts'
import { isQuotable } from '../../deploy/stack-files.ts'
import { readSettings, SETTING_KEYS, type Settings } from '../../settings.ts'
import { hostileValues } from './hostile.ts'
import { type Deployed, settingsFor } from './operator.ts'
import { type Change, openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const REFUSED = 2
/** The one path among the values that every machine has. */
const FOUND_HERE = new Set(['/etc/passwd'])

/** Each value goes through `ops/deploy.ts` in every place where a person, a file or a pipeline may put it. */
describe.skipIf(!hasSshd)(
  'O1, O2: 500 hostile values through the whole tool (openssh-server)',
  { timeout: 900_000 },
  () => {
    let droplet: PretendDroplet
    let home: string
    let marker: string
    let values: string[]
    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'latchkey-hostile-'))
      marker = join(home, 'marker')
      values = hostileValues(marker, 500).filter(canBeTyped)
      expect(values.length).toBeGreaterThan(450)
      droplet = await openPretendDroplet()
    })
    afterAll(async () => {
      await droplet?.close()
      await rm(home, { recursive: true, force: true })
    })

    const usual = () => settingsFor(droplet.sshd.target, droplet.place, droplet.operator.origin)
    const isTaken = (key: string, value: string) => readSettings({ ...usual(), [key]: value }).ok

    /** On both ends: here ssh, git and the report's signature alone were started, there nothing that a value has said. */
    function nothingRan({ stdout, stderr }: Deployed): void {
      expect(existsSync(marker)).toBe(false)
      for (const { file, args } of droplet.spawned()) {
        expect(['git', 'ssh', 'ssh-keygen']).toContain(file)
        // It is given a path of ours, and no word beside it.
        if (file === 'ssh-keygen') expect(args.slice(0, -1)).toEqual(signText('key').slice(0, -1))
        else expect(args.join('\n')).not.toContain(marker)
        if (file === 'ssh' && !args.includes('-O')) expect(args.at(-1)).toBe(REMOTE_SCRIPT)
      }
      for (const { words, env } of droplet.heard())
        expect([...words, ...env].join('\n')).not.toContain(marker)
      // Nor is anything moved about on the screen of whoever watches.
      expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u)
      droplet.forget()
    }

    async function expectRefusal(words: string[], change: Change, what: string): Promise<Deployed> {
      const deployed = await droplet.again(words, change)
      const spawned = droplet
        .spawned()
        .filter(({ file }) => file !== 'ssh-keygen')
        .map(({ args }) => args.join(' ').slice(0, 60))
      nothingRan(deployed)
      expect([what, deployed.code, spawned]).toEqual([what, REFUSED, []])
      expect(deployed.stderr).toMatch(/^Next: /m)
      return deployed
    }

    test('as any setting of deploy.env: refused before anything is started', async () => {
      let refused = 0
      // Each value in every other place, and each place with every other value: both is a minute more.
      for (const [at, key] of SETTING_KEYS.entries())
        for (const value of values.filter((_, nth) => (at + nth) % 2 === 0)) {
          if (!value.trim() || isTaken(key, value)) continue
          await expectRefusal([], { settings: { [key]: value } }, `${key}=${value}`)
          refused += 1
        }
      expect(refused).toBeGreaterThan(5000)
    })

    test('as a setting of the environment, which wins: the same', async () => {
      for (const key of SETTING_KEYS)
        for (const value of values.filter((one) => one.includes(marker) && !isTaken(key, one)).slice(0, 10))
          await expectRefusal([], { env: { [key]: value } }, `${key}=${value}`)
    })

    test('where a value fits, it is that branch, host or path, and nothing else', async () => {
      const WHERE: (keyof Settings)[] = [
        ...(['DEPLOY_HOST', 'DEPLOY_SSH_USER', 'DEPLOY_SSH_KEY_FILE', 'DEPLOY_PATH'] as const),
        ...(['DO_APP_BRANCH', 'DEPLOY_REPOSITORY'] as const),
      ]
      const taken = SETTING_KEYS.map(
        (key) => [key, values.filter((one) => one.trim() && isTaken(key, one))] as const,
      )
      for (const [key, fitting] of taken.filter(([one]) => WHERE.includes(one)))
        for (const value of fitting.slice(0, 3)) {
          // A path that fits is one of this very machine: nothing is made there.
          if (key === 'DEPLOY_PATH') droplet.misbehave({ on: 'mkdir', times: 99, how: { code: 1 } })
          const deployed = await droplet.again(['--message', value], { settings: { [key]: value } })
          droplet.misbehave()
          if (key === 'DEPLOY_PATH' && !FOUND_HERE.has(value)) expect(existsSync(value)).toBe(false)
          expect([key, value, deployed.code]).not.toEqual([key, value, 0])
          nothingRan(deployed)
        }
      const others = taken.filter(([key, fitting]) => !WHERE.includes(key) && fitting.length > 0)
      const together = others.map(([key, fitting]) => [key, fitting.at(-1)])
      const deployed = await droplet.again([], {
        settings: Object.fromEntries(together) as Record<string, string>,
      })
      expect([together, deployed.code, deployed.stderr]).toEqual([together, 0, ''])
      nothingRan(deployed)
    })

    test('as a flag that names a host, a time or a file: refused', async () => {
      const wild = values.filter((one) => one.includes(marker) || one.includes('\n'))
      for (const flag of ['--host', '--typed-host', '--watch', '--settings', '--env'])
        for (const value of wild) {
          // Seen as an option, or as what the option before it takes.
          await expectRefusal([`${flag}=${value}`], {}, `${flag}=${value}`)
          await expectRefusal([flag, value], {}, `${flag} ${value}`)
        }
      for (const value of wild) await expectRefusal([value], {}, value)
    })

    test('as any other host that was typed for a certificate: refused', async () => {
      for (const value of values)
        await expectRefusal([`--typed-host=${value}`], { settings: { ENV: 'prod' } }, `--typed-host=${value}`)
    })

    test('as a setting of the processes: refused, or the same in .env on the droplet', async () => {
      const keys = ENV_KEYS.filter((key) => !SECRET_KEYS.some((one) => one === key) && !OURS.includes(key))
      const fitting = values.filter((one) => one.trim() && isQuotable(one) && one.length < 1000)
      expect(fitting.length).toBeGreaterThan(200)
      for (const value of values.filter((one) => !isQuotable(one)))
        await expectRefusal([], { app: { EMAIL_FROM_ADDRESS: value } }, `EMAIL_FROM_ADDRESS=${value}`)
      for (const key of ['PUBLIC_URL', 'RATE_LIMIT_REDIS_PREFIX'])
        for (const value of values.filter((one) => one.includes(marker) && !one.startsWith('https://')))
          await expectRefusal([], { app: { [key]: value } }, `${key}=${value}`)
      // What comes after the file is written says nothing more about it, and where nothing has run, nothing comes back.
      droplet.raze()
      droplet.misbehave({ on: 'docker compose up', times: 99, how: { code: 1 } })
      const wrongly = Object.fromEntries(keys.map((key, nth) => [key, fitting[nth % fitting.length] ?? '']))
      const refused = refusedIn(await expectRefusal([], { app: wrongly }, 'every setting'))
      expect(refused.length).toBeGreaterThan(20)
      const free = keys.filter((key) => !refused.includes(key))
      expect(free.length).toBeGreaterThan(1)
      let written = 0
      for (let at = 0; at < fitting.length; at += free.length) {
        const some = fitting.slice(at, at + free.length)
        written += await expectWritten(Object.fromEntries(some.map((value, nth) => [free[nth] ?? '', value])))
      }
      expect(written).toBeGreaterThan(200)
      droplet.misbehave()
    })

    /** A setting that takes any text takes most of them, and what it does not take it names. Answers how many were taken. */
    async function expectWritten(app: Record<string, string>): Promise<number> {
      const deployed = await droplet.again([], { app })
      nothingRan(deployed)
      const refused = refusedIn(deployed)
      expect([deployed.code, refused.length > 0], deployed.stderr).toEqual(
        deployed.code === 1 ? [1, false] : [REFUSED, true],
      )
      const rest = Object.fromEntries(Object.entries(app).filter(([key]) => !refused.includes(key)))
      if (refused.length > 0) return expectWritten(rest)
      const there = parseEnv(readFileSync(join(droplet.place, '.env'), 'utf8'))
      for (const [key, value] of Object.entries(app)) expect([key, there[key]]).toEqual([key, value.trim()])
      return Object.keys(app).length
    }
    const refusedIn = ({ stderr }: Deployed): string[] =>
      [...stderr.matchAll(/^✗ [\w, -]+: (\w+) /gm)].map(([, key = '']) => key)

    test('as the reason of a deploy: it is told to whoever comes next, and does nothing', async () => {
      const whole = values.join(' ')
      droplet.misbehave({ on: 'git init', times: 99, how: { code: 1 } })
      for (const message of [whole, ...values.filter((one) => one.includes(marker)).slice(0, 5)]) {
        const deployed = await droplet.again([`--message=${message}`])
        expect(deployed.code, deployed.stderr).toBe(1)
        nothingRan(deployed)
      }
      droplet.misbehave()
    })
  },
)

/** What the deploy itself decides, or reads as an address. */
const OURS: readonly string[] = ['ENV', 'PUBLIC_URL', 'RATE_LIMIT_REDIS_PREFIX', 'COMPOSE_FILE']

/** No program can be given a NUL, and no file of settings a value with all three quotes. */
const canBeTyped = (value: string): boolean =>
  !value.includes('\0') && !["'", '"', '`'].every((quote) => value.includes(quote))
