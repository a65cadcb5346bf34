import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../deeds/run.ts'
import { ROOT } from '../launch/places.mjs'
import { keysHidden } from '../logs/keys-hidden.ts'
import { freePort } from '../local/postgres/free-port.ts'
import { hasSshd, openTestSshd, type TestSshd } from './deploy/sshd.ts'

/** Has the place of docker on the droplet, and writes for ever, unless it is asked for what is not there. */
const ENDLESS = `#!/bin/sh
[ "$PWD" = PLACE ] || { echo "in $PWD" >&2; exit 3; }
case "$*" in *nobody*) echo 'no such service: nobody' >&2; exit 1;; esac
printf '%s\\n' "$*" > PLACE/words
echo $$ > PLACE/pid
while :; do
  echo 'server-a-1  | 2026-11-22T05:06:07.890123456Z {"msg":"hello","password":"canary-of-a-password","key":"canary-of-the-token"}'
  printf 'server-a-1  | 2026-11-22T05:06:07.890123456Z made-over-%s\\033[2J\\033]0;canary-of-a-title\\007\\n' there-by-canary
  sleep 0.1
done
`
const SOON = { timeout: 5000 }

describe.skipIf(!hasSshd)('npm run logs (openssh-server)', () => {
  let sshd: TestSshd
  let place: string
  const at = (name: string) => join(place, name)
  const begun: ChildProcess[] = []

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'latchkey-logs-'))
    writeFileSync(at('docker'), ENDLESS.replaceAll('PLACE', place))
    chmodSync(at('docker'), 0o755)
    sshd = await openTestSshd({ env: { PATH: `${place}:${process.env['PATH']}` } })
    writeFileSync(at('deploy.env'), settingsOf(sshd.target.port))
    mkdirSync(at('secrets'))
    writeFileSync(at('secrets/session_secret'), 'there-by-canary')
  })
  afterAll(async () => {
    for (const child of begun) child.kill('SIGKILL')
    await sshd?.close()
    rmSync(place, { recursive: true, force: true })
  })

  const settingsOf = (port: number): string =>
    [
      ...['ENV=staging', 'WEBSITE_DOMAIN=example.com', 'ACME_EMAIL=ops@example.com', 'DEPLOY_HOST=127.0.0.1'],
      `DEPLOY_SSH_PORT=${port}`,
      `DEPLOY_SSH_USER=${sshd.target.user}`,
      `DEPLOY_SSH_KEY_FILE=${sshd.target.keyFile}`,
      `DEPLOY_HOST_KEY='${sshd.target.hostKey}'`,
      `DEPLOY_PATH=${place}`,
      'DO_API_TOKEN=canary-of-the-token',
      '',
    ].join('\n')

  /** A reader that has seen its first lines. */
  async function reader(...words: string[]) {
    rmSync(at('pid'), { force: true })
    const child = spawn(process.execPath, ['ops/logs.ts', '--settings', at('deploy.env'), ...words], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: place, TMPDIR: place },
    })
    begun.push(child)
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    let notes = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text))
    await expect.poll(() => said.split('\n').length, { timeout: 20_000, message: notes }).toBeGreaterThan(3)
    expect(await isWriting()).toBe(true)
    return { child, ended: once(child, 'exit'), said: () => said, notes: () => notes }
  }
  const isWriting = async (): Promise<boolean> =>
    existsSync(at('pid')) && (await run(['pgrep', '-F', at('pid')])).code === 0
  const leftovers = () => readdirSync(place).filter((name) => name.startsWith('latchkey-ssh-'))

  test('lines come as they are written, without what is secret, and Ctrl-C ends both ends', async () => {
    const { child, ended, said, notes } = await reader('--service', 'server-a', '--service', 'jobs')
    expect(readFileSync(at('words'), 'utf8')).toBe(
      'compose logs --no-color --timestamps --follow --tail 100 -- server-a jobs\n',
    )
    expect(said()).toContain('"msg":"hello"')
    expect(said() + notes()).not.toContain('canary')
    expect(said()).toContain('made-over-[REDACTED]')
    expect(said()).not.toMatch(/(?!\n)\p{Cc}/u)
    expect(notes()).toContain('The droplet is at 127.0.0.1')
    child.kill('SIGINT')
    expect((await ended)[0]).toBe(0)
    await expect.poll(isWriting, SOON).toBe(false)
    expect(leftovers()).toEqual([])
  })

  test('as JSON, one line a line, from as far back as is wanted', async () => {
    const { child, ended, said } = await reader('--json', '--lines', '7')
    expect(readFileSync(at('words'), 'utf8')).toMatch(/--tail 7$/m)
    expect(JSON.parse(said().split('\n')[0] ?? '')).toEqual({
      container: 'server-a-1',
      at: '2026-11-22T05:06:07.890123456Z',
      text: expect.stringContaining('"msg":"hello"') as string,
    })
    child.kill('SIGTERM')
    await ended
    await expect.poll(isWriting, SOON).toBe(false)
  })

  test.each(['SIGKILL', 'a closed pipe'])('O5: %s leaves nothing running there', async (how) => {
    const { child, ended } = await reader()
    if (how === 'SIGKILL') child.kill('SIGKILL')
    else child.stdout.destroy()
    await ended
    await expect.poll(isWriting, SOON).toBe(false)
  })

  test.each([
    [['--service', 'nobody'], 1, /cannot be followed any more: no such service: nobody[\s\S]*Next: /],
    [['--service', '-v'], 1, /argument is ambiguous|cannot be used as a service/],
    [['--service=-v'], 2, /cannot be used as a service[\s\S]*Next: /],
    [['--lines', '-1'], 1, /Next: /],
    [['--lines', '0'], 1, /no number of lines[\s\S]*Next: /],
    [['--host', 'no-such-host.invalid'], 5, /Next: /],
  ])('%s', (words, code, says) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['ops/logs.ts', '--settings', at('deploy.env'), ...words],
      { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: place } },
    )
    expect([status, stdout + stderr]).toEqual([code, expect.stringMatching(says)])
  })

  test('R9: nobody answers there', async () => {
    writeFileSync(at('elsewhere.env'), settingsOf(await freePort()))
    const words = ['ops/logs.ts', '--settings', at('elsewhere.env')]
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' })
    expect([status, stderr]).toEqual([5, expect.stringMatching(/does not answer[\s\S]*Next: /)])
  })
})

test('a private key that is written line by line is hidden, and what others write meanwhile is not', () => {
  const hide = keysHidden()
  const lines = [
    'server-a-1  | 2026-11-22T05:06:07.890123456Z before',
    'server-a-1  | 2026-11-22T05:06:07.890123456Z -----BEGIN PRIVATE KEY-----',
    'jobs-1  | 2026-11-22T05:06:07.890123456Z hello',
    'server-a-1  | 2026-11-22T05:06:07.890123456Z MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
    'server-a-1  | 2026-11-22T05:06:07.890123456Z -----END PRIVATE KEY-----',
    'server-a-1  | 2026-11-22T05:06:07.890123456Z after',
  ]
  const hidden = 'server-a-1  | 2026-11-22T05:06:07.890123456Z [REDACTED]'
  const [before, begin, hello, , , after] = lines
  expect(lines.map(hide)).toEqual([before, begin, hello, hidden, hidden, after])
})

test('whoever only speaks of a key is heard again', () => {
  const hide = keysHidden()
  hide('-----BEGIN RSA PRIVATE KEY-----')
  for (let lines = 0; lines < 200; lines += 1) expect(hide(`line ${lines}`)).toBe('[REDACTED]')
  expect(hide('the next')).toBe('the next')
  expect(hide('-----BEGIN PRIVATE KEY----- all of it -----END PRIVATE KEY-----')).toContain('all of it')
  expect(hide('and the next')).toBe('and the next')
})
