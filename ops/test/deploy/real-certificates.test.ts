import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Run, run } from '../../deeds/run.ts'
import { lookAtCertificates } from '../../deploy/certificates.ts'
import { edgeSettingsOf } from '../../deploy/edge-settings.ts'
import { EXIT, exitCodeOf } from '../../deploy/exit-codes.ts'
import type { Ground } from '../../deploy/ground.ts'
import { progressOn } from '../../deploy/progress.ts'
import { namesToCertify, recordTries } from '../../deploy/real-certificates.ts'
import { edgeOf, filesOf } from '../../edge/render.ts'
import { readSettings } from '../../settings.ts'
import type { Unusable } from '../../unusable.ts'

const [V4, V6] = ['203.0.113.7', '2001:db8::7']
const SETTINGS = { ENV: 'prod', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'ops@example.com' }
const ADMIN = {
  ADMIN_ALLOWLIST: '203.0.113.9',
  ADMIN_BASIC_AUTH: `operator:$2y$12$${'a'.repeat(53)}`,
}
const NAMES = ['example.com', 'www.example.com', 'admin.example.com']

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'latchkey-certificates-'))
  mkdirSync(join(place, 'state'))
})
afterEach(() => rmSync(place, { recursive: true }))
const file = () => join(place, 'state/certificate-tries.json')
const tries = () => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, number>
const now = () => Math.floor(Date.now() / 1000)

/** This machine plays the droplet, with one address of IPv6. */
function ground(typedHost: string | undefined = 'example.com', settings = {}): Ground {
  const read = readSettings({ ...SETTINGS, ...ADMIN, ...settings })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const there: Run = (command, options) =>
    command[0] === 'hostname'
      ? Promise.resolve({ code: 0, stdout: `10.0.0.2 fd00::7 ${V6} \n`, stderr: '' })
      : run(command, { cwd: place, ...options })
  return {
    settings: read.settings,
    run: there,
    progress: progressOn({ write: () => {} }),
    processSettings: {},
    typedHost,
    hide: () => {},
    stop: new AbortController().signal,
  }
}
type World = { records?: Record<string, string[]>; certified?: string[] }
const asked = (of: Ground, { records = {}, certified = [] }: World = {}, address = V4): Promise<string[]> =>
  namesToCertify(of, address, {
    lookup: async (name) => records[name] ?? [V4],
    isCertified: async (name) => certified.includes(name),
  })
const refusalOf = (deed: Promise<unknown>): Promise<Unusable> =>
  deed.then(
    () => expect.unreachable('it was let through'),
    (error: unknown) => {
      expect(exitCodeOf(error)).toBe(EXIT.refused)
      expect((error as Error).message).toMatch(/\nNext: [^]*Nothing was changed\.$/)
      return error as Unusable
    },
  )

describe('O6: names that lead to the droplet', () => {
  test('without a typed host nothing is asked, neither of the name system nor of the droplet', async () => {
    const untyped = { ...ground(), typedHost: undefined, run: () => expect.unreachable('it was asked') }
    expect(await asked(untyped, { records: { 'example.com': [] } })).toEqual([])
  })

  test('all that a certificate is for: the site, www, and the admin host where there is one', async () => {
    expect(await asked(ground())).toEqual(NAMES)
    expect(await asked(ground('example.com', { ADMIN_DNS_LABEL: 'desk' }))).toContain('desk.example.com')
    const without = { ADMIN_BASIC_AUTH: '', ADMIN_ALLOWLIST: '' }
    expect(await asked(ground('example.com', without))).toEqual(NAMES.slice(0, 2))
  })

  test.each([
    ['nowhere', [], 'leads nowhere'],
    ['to somebody else', ['198.51.100.1'], 'leads to 198.51.100.1'],
    ['to us and to somebody else', [V4, '198.51.100.1'], 'leads to 198.51.100.1'],
    ['to somebody else by IPv6 alone', [V4, '2001:db8::99'], 'leads to 2001:db8::99'],
    ['to an inner address of ours', ['10.0.0.2'], 'leads to 10.0.0.2'],
    ['to an inner address of ours by IPv6', [V4, 'fd00::7'], 'leads to fd00::7'],
  ])('one that leads %s is refused', async (_, found, says) => {
    for (const name of NAMES) {
      const { message } = await refusalOf(asked(ground(), { records: { [name]: found } }))
      expect(message).toContain(`  - ${name} ${says}\n`)
    }
  })

  test('each that is wrong is told at once', async () => {
    const records = { 'example.com': [], 'www.example.com': ['198.51.100.1'] }
    expect((await refusalOf(asked(ground(), { records }))).message).toMatch(
      /- example\.com leads nowhere\n.*- www\.example\.com leads to 198\.51\.100\.1\n/,
    )
  })

  test('the droplet’s own IPv6 is right, however it is written, and so is a droplet that is known by a name', async () => {
    const records = { 'example.com': [V4, '2001:0db8:0:0::0007'] }
    expect(await asked(ground(), { records })).toEqual(NAMES)
    expect(
      await asked(ground(), { records: { 'droplet.example.net': [V4] } }, 'droplet.example.net'),
    ).toEqual(NAMES)
    await refusalOf(asked(ground(), { records: { 'droplet.example.net': [] } }, 'droplet.example.net'))
  })
})

describe('O6: what counts is not taken away', () => {
  const REAL = filesOf(edgeOf(edgeSettingsOf(ground().settings), 'example.com'))
  const TRIES = filesOf(edgeOf(edgeSettingsOf(ground().settings)))
  const told = ([{ text } = { text: '' }]: readonly { text: string }[]) => {
    mkdirSync(join(place, 'traefik/rendered'), { recursive: true })
    writeFileSync(join(place, 'traefik/rendered/traefik.yml'), text)
  }
  const untyped = (settings = {}): Ground => ({ ...ground(undefined, settings), typedHost: undefined })
  const look = (of: Ground, { certified = [] }: World = {}, rollback = false) =>
    lookAtCertificates(
      of,
      { address: V4 },
      { rollback },
      {
        lookup: async () => [V4],
        isCertified: async (name) => certified.includes(name),
      },
    )

  test('by a run without the host, where Traefik was told to ask for it: refused, with what to type', async () => {
    told(REAL)
    const { message } = await refusalOf(look(untyped()))
    expect(message).toContain('Next: the same again with --typed-host example.com.')
    expect((await refusalOf(look(untyped({ ENV: 'staging' })))).message).toContain('Next: ENV=prod and')
  })

  test('nor where the site shows it already, whoever has told it', async () => {
    await refusalOf(look(untyped(), { certified: ['example.com'] }))
  })

  test('the host is typed, or somebody goes back: browsers are to believe it', async () => {
    told(REAL)
    expect(await look(ground(), { certified: NAMES })).toEqual({ areReal: true, toAskFor: [] })
    expect(await look(untyped(), {}, true)).toEqual({ areReal: true, toAskFor: [] })
  })

  test('where there was none but for tries, ENV=prod without the host goes on, and is not to be believed', async () => {
    expect(await look(untyped())).toEqual({ areReal: false, toAskFor: [] })
    told(TRIES)
    expect(await look(untyped())).toEqual({ areReal: false, toAskFor: [] })
    expect(await look(untyped(), {}, true)).toEqual({ areReal: false, toAskFor: [] })
  })
})

describe('O6: one try within twelve minutes', () => {
  test('the first is let through and written down; the next has to wait, and is told how long', async () => {
    const names = await asked(ground())
    await recordTries(ground(), names)
    expect(Object.keys(tries())).toEqual(NAMES)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect((await refusalOf(asked(ground()))).message).toMatch(/Next: run the same again in 1[12] min\./)
  })

  test.each([
    [719, 'refused'],
    [721, 'let through'],
    [-100_000, 'let through'],
  ])('%i seconds after the last one it is %s', async (ago, outcome) => {
    writeFileSync(file(), JSON.stringify({ 'example.com': now() - ago }))
    if (outcome === 'refused') await refusalOf(asked(ground()))
    else expect(await asked(ground())).toEqual(NAMES)
  })

  test('it counts by name: another domain on the same droplet need not wait', async () => {
    await recordTries(ground(), NAMES)
    expect(await asked(ground('example.net', { WEBSITE_DOMAIN: 'example.net' }))).toContain('example.net')
  })

  test('where the certificate is there nobody is asked for one, so nobody waits', async () => {
    await recordTries(ground(), NAMES)
    expect(await asked(ground(), { certified: NAMES })).toEqual([])
    await recordTries(ground(), [])
    expect((await refusalOf(asked(ground(), { certified: NAMES.slice(1) }))).message).toMatch(
      /^A certificate for example\.com was/,
    )
  })

  test('what is past is forgotten, what is not stays', async () => {
    writeFileSync(file(), JSON.stringify({ 'old.example': now() - 800, 'new.example': now() - 60 }))
    await recordTries(ground(), ['example.com'])
    expect(Object.keys(tries()).sort()).toEqual(['example.com', 'new.example'])
  })

  test('a file that says something else is not taken for leave to ask', async () => {
    writeFileSync(file(), '{"example.com":"now"}')
    await expect(asked(ground())).rejects.toThrow(/is not what a deploy has written/)
  })
})
