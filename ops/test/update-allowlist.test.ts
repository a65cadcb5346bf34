import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { changed, withLine } from '../allowlist/change-list.ts'
import { entryOf } from '../allowlist/entry.ts'
import { readDeployEnv } from '../deploy-env.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-allow-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'deploy.env')
const AUTH = `root:$2b$12$${'abcdefghijklmnopqrstuvwxyz./ABCDEFGHIJKLMNOPQRSTUVWXYZ0'.slice(0, 53)}`
const TEXT = [
  '# ours',
  'ENV=staging',
  'WEBSITE_DOMAIN=example.com',
  'ACME_EMAIL=ops@example.com',
  `ADMIN_BASIC_AUTH='${AUTH}'`,
  'ADMIN_ALLOWLIST=198.51.100.4/32',
  '# OPS_ALLOWLIST=',
  'DO_APP_BRANCH=main # the one',
  '',
].join('\n')
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  writeFileSync(file, TEXT, { mode: 0o600 })
})

async function update(...words: string[]) {
  const tool = join(import.meta.dirname, '../update-allowlist.ts')
  const child = spawn(process.execPath, [tool, '--file', file, ...words])
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}
const text = () => readFileSync(file, 'utf8')

test.each([
  ['203.0.113.7', '203.0.113.7/32'],
  [' 203.0.113.7\n', '203.0.113.7/32'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8::/64'],
  ['2001:db8:0:5::9', '2001:db8:0:5::/64'],
])('R30: %j stands in a list as %s', (address, entry) => expect(entryOf(address)).toBe(entry))

test.each([
  '',
  'me',
  '203.0.113.7/32',
  '203.0.113.7, 0.0.0.0',
  '<html>',
  'fe80::1%eth0',
  '10.1.2.3',
  '127.0.0.1',
  '192.168.0.9',
  '172.20.0.1',
  '100.64.0.1',
  '169.254.1.1',
  '::1',
  'fd00::1',
  'fe80::1',
])('R30: %j is nobody whom the edge could see', (address) => expect(() => entryOf(address)).toThrow('Next: '))

describe('R30: a list', () => {
  const change = { add: ['203.0.113.7/32'], remove: [], only: false }

  test.each([
    ['', '203.0.113.7/32'],
    ['198.51.100.4', '198.51.100.4, 203.0.113.7/32'],
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.112.0/24', '203.0.112.0/24, 203.0.113.7/32'],
    ['2001:db8::/32', '2001:db8::/32, 203.0.113.7/32'],
  ])('%j takes somebody in and is then %j', (before, after) => {
    expect(changed(before, change)).toBe(after)
    expect(changed(after, change)).toBe(after)
  })

  test('lets somebody go, or everybody else', () => {
    expect(changed('198.51.100.4, 192.0.2.0/24', { add: [], remove: ['198.51.100.4'], only: false })).toBe(
      '192.0.2.0/24',
    )
    expect(changed('198.51.100.4, 192.0.2.0/24', { ...change, only: true })).toBe('203.0.113.7/32')
    expect(changed('2001:db8::/64', { add: ['2001:db8::/64'], remove: [], only: false })).toBe(
      '2001:db8::/64',
    )
  })

  test('is one line of its file: the one that sets it, the one that shows it, or a new one', () => {
    expect(withLine('A=1\nX=2\n# X=3\n', 'X', '$&')).toBe('A=1\nX=$&\n# X=3\n')
    expect(withLine('A=1\n# X=\nB=2\n', 'X', '4')).toBe('A=1\nX=4\nB=2\n')
    expect(withLine('A=1', 'X', '4')).toBe('A=1\nX=4\n')
    expect(withLine('', 'X', '4')).toBe('X=4\n')
  })
})

describe('R30: npm run update-allowlist', () => {
  test('changes the list of the hosts that are guarded, and no other line', async () => {
    chmodSync(file, 0o640)
    const { code, said } = await update('--address', '203.0.113.7')
    expect(code).toBe(0)
    expect(said).toContain('ADMIN_ALLOWLIST: 198.51.100.4/32 -> 198.51.100.4/32, 203.0.113.7/32')
    expect(text()).toBe(TEXT.replace('198.51.100.4/32', '198.51.100.4/32, 203.0.113.7/32'))
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['deploy.env'])
    expect(readDeployEnv({}, file).ok).toBe(true)
  })

  test('with a list by name, and as JSON; twice is once', async () => {
    const words = ['--list', 'ops', '--address', '203.0.113.7', '--json'] as const
    expect(JSON.parse((await update(...words)).said)).toMatchObject({
      ok: true,
      changed: true,
      lists: [{ key: 'OPS_ALLOWLIST', before: '', after: '203.0.113.7/32' }],
    })
    expect(text()).toBe(TEXT.replace('# OPS_ALLOWLIST=', 'OPS_ALLOWLIST=203.0.113.7/32'))
    expect(JSON.parse((await update(...words)).said)).toMatchObject({ ok: true, changed: false })
  })

  test('asks a page who we are, and believes nothing but an address', async () => {
    let answer = '203.0.113.9\n'
    const page = createServer((_, res) => res.end(answer)).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`
    expect((await update('--ask', url)).code).toBe(0)
    expect(text()).toContain('ADMIN_ALLOWLIST=198.51.100.4/32, 203.0.113.9/32\n')
    const before = text()
    for (const wrong of ['0.0.0.0/0', '203.0.113.1\nENV=prod', '127.0.0.1', '']) {
      answer = wrong
      expect([wrong, (await update('--ask', url)).code]).toEqual([wrong, 1])
    }
    page.close()
    page.closeAllConnections()
    expect((await update('--ask', url)).said).toContain('does not answer')
    expect(text()).toBe(before)
  })

  test.each([
    [[], 'Whom to let in was not said'],
    [['--only'], 'Whom to let in was not said'],
    [['--address', '203.0.113.7', '--list', 'all'], 'There are two lists'],
    [['--remove', '198.51.100.4/32'], 'ADMIN_ALLOWLIST is missing'],
    [['--address', '0.0.0.0/0'], 'That is no address'],
    [['--adress', '203.0.113.7'], '--adress'],
  ])('refuses %j, and writes nothing', async (words, says) => {
    const { code, said } = await update(...words)
    expect([code, said]).toEqual([1, expect.stringContaining(says)])
    expect(said).toContain('Next: ')
    expect(text()).toBe(TEXT)
  })

  test('does not put anybody into a list that guards nothing', async () => {
    writeFileSync(file, TEXT.replace(/^ADMIN_.*\n/gm, ''))
    expect((await update('--address', '203.0.113.7')).said).toContain('No host is guarded yet')
  })

  test('O10: does not write through a link', async () => {
    const real = join(folder, 'real.env')
    writeFileSync(real, TEXT)
    rmSync(file)
    symlinkSync(real, file)
    expect((await update('--address', '203.0.113.7')).code).toBe(1)
    expect(readFileSync(real, 'utf8')).toBe(TEXT)
  })
})
