import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { BRAND } from '@latchkey/shared/brand'
import type { Fixed } from '../../edge/configuration.ts'
import { type FakeAcme, openFakeAcme, REAL, TRIES } from '../fake-acme.ts'
import { type FakeCloud, openCloudWith } from './cloud.ts'
import { type Change, openPretendDroplet, type PretendDroplet } from './pretend-droplet.ts'
import { hasSshd } from './sshd.ts'

const DOMAIN = 'product.example.com'
/** `undefined` is no flag at all. */
const TYPED = [
  undefined,
  DOMAIN,
  '',
  'other.example.com',
  DOMAIN.toUpperCase(),
  `www.${DOMAIN}`,
  `${DOMAIN}.`,
  ` ${DOMAIN}`,
]
/** What asks nobody for anything, whatever else is typed. */
const ASKS_NOBODY = ['--rollback', '--dry-run']
const MODES = [[], ['--full'], ['--update-only'], ['--rollback'], ['--dry-run']]
const MANNERS = [
  [],
  [
    ...['--preflight', '--json', '--strict', '--verbose', '--no-rollback', '--break-lock', '--timestamped'],
    ...['--run-tests', '--check-jobs', '--all-tests'],
  ],
]

const walks = ['staging', 'prod'].flatMap((env) =>
  TYPED.flatMap((typed) =>
    MODES.flatMap((mode) =>
      MANNERS.map((manner) => ({
        env,
        asksNobody: mode.some((one) => ASKS_NOBODY.includes(one)),
        typed,
        words: [...mode, ...manner, ...(typed === undefined ? [] : [`--typed-host=${typed}`])],
      })),
    ),
  ),
)

describe.skipIf(!hasSshd)('O6: the way to real certificates (openssh-server)', { timeout: 900_000 }, () => {
  let droplet: PretendDroplet
  let acme: FakeAcme
  let cloud: FakeCloud
  const rendered = () => join(droplet.place, 'traefik/rendered')
  const names = () =>
    Object.fromEntries([DOMAIN, `www.${DOMAIN}`].map((name) => [name, [droplet.sshd.target.host]]))
  const change = (env: string): Change => ({
    settings: { ENV: env, DO_API_URL: cloud.url, DO_API_TOKEN: cloud.token },
    names: names(),
  })
  beforeAll(async () => {
    acme = await openFakeAcme()
    droplet = await openPretendDroplet()
    cloud = await openCloudWith({ name: BRAND.slug, v4: droplet.sshd.target.host })
    expect((await droplet.again()).code).toBe(0)
    await droplet.operator.push('a word changes', { 'server/src/main.ts': (text) => `${text}\n// other\n` })
    expect((await droplet.again()).code).toBe(0)
  }, 180_000)
  afterAll(async () => {
    await droplet?.close()
    await acme?.close()
    await cloud?.close()
  }, 60_000)

  /** Does what Traefik does when it starts: reads its file, and asks the directory of each resolver. */
  async function playTraefik(): Promise<string[]> {
    const file = join(rendered(), 'traefik.yml')
    if (!existsSync(file)) return []
    const { certificatesResolvers = {} } = parse(readFileSync(file, 'utf8')) as Fixed
    acme.asked.length = 0
    for (const { acme: asks } of Object.values(certificatesResolvers)) await acme.askAs(asks.caServer)
    return [...acme.asked]
  }
  /** As if it had never been asked. */
  function forget(): void {
    rmSync(rendered(), { recursive: true, force: true })
    rmSync(join(droplet.place, 'state/certificate-tries.json'), { force: true })
    droplet.forget()
  }

  test(`of ${walks.length} combinations of flags only ENV=prod with its host typed once more gets there`, async () => {
    expect(walks.length).toBeGreaterThanOrEqual(40)
    for (const { env, asksNobody, typed, words } of walks) {
      forget()
      const { code, stderr } = await droplet.again(words, change(env))
      const isLegal = typed === undefined || (env === 'prod' && typed === DOMAIN)
      const wanted = !isLegal || asksNobody ? [] : [typed === undefined ? TRIES : REAL]
      expect([env, words, await playTraefik(), code === 2], stderr).toEqual([env, words, wanted, !isLegal])
      if (!isLegal) expect(droplet.spawned()).toEqual([])
    }
  })

  test('names that lead elsewhere, and a second try within twelve minutes: refused before anything is changed', async () => {
    const typed = [`--typed-host=${DOMAIN}`]
    expect((await droplet.again([], change('prod'))).code).toBe(0)
    forget()
    const astray = { ...change('prod'), names: { ...names(), [`www.${DOMAIN}`]: ['198.51.100.1'] } }
    const refused = await droplet.again(typed, astray)
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`www.${DOMAIN} leads to 198.51.100.1`),
    ])
    expect(existsSync(rendered())).toBe(false)

    const before = droplet.container('traefik')?.id
    expect((await droplet.again(typed, change('prod'))).code).toBe(0)
    const started = droplet.container('traefik')?.id
    // It reads where certificates come from when it starts, and only then.
    expect(started).not.toBe(before)
    rmSync(rendered(), { recursive: true })
    const second = await droplet.again(typed, change('prod'))
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringMatching(/run the same again in 1[12] min/),
    ])
    expect(existsSync(rendered())).toBe(false)

    droplet.misbehave({
      on: 'date',
      times: 99,
      how: { code: 0, stdout: `${Math.floor(Date.now() / 1000) + 721}\n` },
    })
    expect((await droplet.again(typed, change('prod'))).code).toBe(0)
    droplet.misbehave()
    expect(await playTraefik()).toEqual([REAL])
    expect(droplet.container('traefik')?.id).toBe(started)
  })

  test('a site that has what counts keeps it: without the host nothing is changed, and the report says what to type', async () => {
    forget()
    expect((await droplet.again([`--typed-host=${DOMAIN}`], change('prod'))).code).toBe(0)
    const before = [readFileSync(join(rendered(), 'traefik.yml'), 'utf8'), droplet.container('traefik')?.id]
    for (const words of [[], ['--dry-run'], ['--update-only']]) {
      const { code, stderr } = await droplet.again(words, change('prod'))
      const says: unknown = expect.stringContaining(`Next: the same again with --typed-host ${DOMAIN}.`)
      expect([words, code, stderr]).toEqual([words, 2, says])
    }
    expect((await droplet.again(['--rollback'], change('prod'))).code).toBe(0)
    expect([readFileSync(join(rendered(), 'traefik.yml'), 'utf8'), droplet.container('traefik')?.id]).toEqual(
      before,
    )
    expect(await playTraefik()).toEqual([REAL])
  })
})
