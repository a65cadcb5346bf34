import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ConnectionFailed } from '../../deeds/connection-failed.ts'
import { openRemoteShell, type RemoteShell } from '../../deeds/remote-shell.ts'
import { REMOTE_SCRIPT, Unsendable } from '../../deeds/remote-script.ts'
import { run } from '../../deeds/run.ts'
import { freePort } from '../../local/postgres/free-port.ts'
import { sleep } from '../../local/sleep.ts'
import type { HeldCommand } from './held-command.ts'
import { hostileValues } from './hostile.ts'
import { spyOn } from './spy.ts'
import { hasSshd, openTestSshd, type TestSshd } from './sshd.ts'

const WAIT = { timeout: 10_000 }

describe.skipIf(!hasSshd)('a shell on the droplet (openssh-server)', () => {
  let sshd: TestSshd
  let shell: RemoteShell
  let home: string
  beforeAll(async () => {
    sshd = await openTestSshd()
    shell = await openRemoteShell(sshd.target)
    home = await mkdtemp(join(tmpdir(), 'latchkey-shell-'))
  })
  afterAll(async () => {
    await shell?.[Symbol.asyncDispose]()
    await sshd?.close()
    await rm(home, { recursive: true, force: true })
  })

  const failureOf = async (target: Partial<TestSshd['target']>): Promise<ConnectionFailed> => {
    await using other = await openRemoteShell({ ...sshd.target, ...target })
    return await other.run(['true']).then(
      () => expect.unreachable('it was let in'),
      (error: unknown) => error as ConnectionFailed,
    )
  }

  test('O1: 200 hostile words arrive exactly as they are, and nothing runs', async () => {
    const marker = join(home, 'marker')
    const words = hostileValues(marker, 400)
      .filter((word) => !word.includes('\0'))
      .slice(0, 200)
    const { stdout, code } = await shell.run(['printf', String.raw`%s\0`, ...words])
    expect(code).toBe(0)
    expect(stdout.split('\0')).toEqual([...words, ''])
    expect(existsSync(marker)).toBe(false)
  })

  test('O1: a word of 100 KB, an empty one, and line ends at the end of one, arrive', async () => {
    // The last ones look like what words are written in on their way.
    const escapes = [String.raw`é\n\0101\c%b`, '%\\n\n', '+', '%', '\\', '-\\\n']
    const words = ['é'.repeat(50_000), '', 'x\n\n\n', '\n', ...escapes, 'end']
    expect((await shell.run(['printf', String.raw`%s\0`, ...words])).stdout.split('\0')).toEqual([
      ...words,
      '',
    ])
  })

  test('O1: what could not arrive as it is, is refused before anything is sent', async () => {
    const spy = spyOn(run)
    await using other = await openRemoteShell(sshd.target, spy.run)
    for (const word of ['a\0b', '\uD800', 'x'.repeat(131_072)])
      await expect(other.run(['echo', word])).rejects.toThrow(Unsendable)
    for (const program of ['', '-c', 'a b', 'A=b', '$(x)', 'x\ny'])
      await expect(other.run([program])).rejects.toThrow(Unsendable)
    expect(spy.seen).toEqual([])
  })

  test('O1, O4: ssh is told one constant script, whatever is done, and gets nothing of our environment', async () => {
    process.env['DO_API_TOKEN'] = 'canary-of-the-token'
    const spy = spyOn(run)
    await using other = await openRemoteShell(sshd.target, spy.run)
    const { stdout } = await other.run(['sh', '-c', 'cat; tr "\\0" "\\n" < /proc/self/environ', 'x'], {
      stdin: 'canary-of-stdin\n',
    })
    delete process.env['DO_API_TOKEN']
    expect(stdout).toContain('canary-of-stdin')
    expect(stdout).not.toContain('canary-of-the-token')
    const [{ command, env } = expect.unreachable()] = spy.seen
    expect(command.at(-1)).toBe(REMOTE_SCRIPT)
    expect(command.join('\n')).not.toMatch(/canary/)
    expect(JSON.stringify(env)).not.toMatch(/canary/)
  })

  test('O4: what stands on stdin is in no process’s words, here or there', async () => {
    const begun = Promise.withResolvers<unknown>()
    const under = shell.run(['sh', '-c', 'cat > /dev/null; echo begun; sleep 2'], {
      stdin: 'canary-of-stdin\n',
      onLine: begun.resolve,
    })
    await begun.promise
    const { stdout } = await run(['ps', '-eo', 'args', '-ww'])
    expect(stdout).toContain('echo begun; sleep 2')
    expect(stdout).not.toContain('canary-of-stdin')
    await under
  })

  test('stdin is passed on byte by byte, and ends', async () => {
    const text = Array.from({ length: 0x800 }, (_, code) => String.fromCodePoint(code)).join('')
    for (const stdin of ['', '\n', 'no line end', '2\n+test\n%test\n', `${text}\r\n\0\0`, text.repeat(300)]) {
      const { stdout, code } = await shell.run(['sha256sum'], { stdin })
      expect(code).toBe(0)
      expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(stdin).digest('hex'))
    }
    expect((await shell.run(['true'], { stdin: text.repeat(300) })).code).toBe(0)
  })

  test('a code is the command’s own; 255 stays ssh’s', async () => {
    for (const code of [0, 1, 2, 77, 126, 127, 254])
      expect((await shell.run(['sh', '-c', `exit ${code}`])).code).toBe(code)
    expect((await shell.run(['sh', '-c', 'exit 255'])).code).toBe(254)
    expect((await shell.run(['there-is-no-such-program'])).code).toBe(127)
    const ran = await shell.run(['sh', '-c', 'echo out; echo err >&2; exit 3'])
    expect(ran).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
  })

  test('a folder is a word as well', async () => {
    expect((await shell.run(['pwd'], { cwd: home })).stdout.trim()).toBe(home)
    const nowhere = await shell.run(['touch', 'here'], { cwd: join(home, 'not there') })
    expect(nowhere.code).not.toBe(0)
    expect(existsSync('here')).toBe(false)
    await expect(shell.run(['true'], { env: {} })).rejects.toThrow('withEnv')
  })

  test('a builtin of the shell is no program', async () => {
    const marker = join(home, 'builtin')
    for (const builtin of ['eval', '.', ':']) await shell.run([builtin, `touch ${marker}`]).catch(() => {})
    expect(existsSync(marker)).toBe(false)
  })

  test('lines are told as they come', async () => {
    const seen: [string, number][] = []
    const startedAt = Date.now()
    await shell.run(['sh', '-c', 'echo one; sleep 0.6; echo two'], {
      onLine: (line) => seen.push([line, Date.now() - startedAt]),
    })
    expect(seen.map(([line]) => line)).toEqual(['one', 'two'])
    expect((seen[1]?.[1] ?? 0) - (seen[0]?.[1] ?? 0)).toBeGreaterThan(400)
  })

  test.each(['patience', 'an abort'])(
    'O5: what we no longer wait for (%s) is ended over there',
    async (how) => {
      const file = join(home, `orphan-${how}`)
      const signal = how === 'an abort' ? { signal: AbortSignal.timeout(700) } : { timeoutMs: 700 }
      const words = ['sh', '-c', 'echo $$ > "$1"; sleep 60', 'x', file] as const
      const { code } = await shell.run(words, signal)
      expect(code).not.toBe(0)
      if (how === 'patience') expect(code).toBe(124)
      await expect.poll(async () => (await run(['pgrep', '-F', file])).code, WAIT).toBe(1)
    },
  )

  test('O5: the tool is killed: what it had begun over there is ended', async () => {
    const file = join(home, 'orphan-of-the-killed')
    const held: HeldCommand = {
      target: sshd.target,
      command: ['sh', '-c', 'echo $$ > "$1"; echo begun; sleep 60', 'x', file],
    }
    const words = [join(import.meta.dirname, 'held-command.ts'), JSON.stringify(held)]
    const env = { ...process.env, TMPDIR: home }
    const tool = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env })
    await once(tool.stdout, 'data')
    expect((await run(['pgrep', '-F', file])).code).toBe(0)
    tool.kill('SIGKILL')
    await expect.poll(async () => (await run(['pgrep', '-F', file])).code, WAIT).toBe(1)
  })

  test('nothing is left when it is closed', async () => {
    // Other tests open shells meanwhile, in the folder that everybody has.
    vi.stubEnv('TMPDIR', home)
    onTestFinished(() => void vi.unstubAllEnvs())
    const mine = () => readdirSync(home).filter((name) => name.startsWith('latchkey-ssh-'))
    const before = mine()
    const other = await openRemoteShell(sshd.target)
    await other.run(['true'])
    expect(mine()).toHaveLength(before.length + 1)
    const [folder = ''] = mine().filter((name) => !before.includes(name))
    await other[Symbol.asyncDispose]()
    expect(mine()).toEqual(before)
    await expect.poll(async () => (await run(['ps', '-eo', 'args', '-ww'])).stdout).not.toContain(folder)
  })

  test('R9: nobody answers at the address', async () => {
    const failure = await failureOf({ port: await freePort() })
    expect(failure).toMatchObject({ why: 'unreachable' })
    expect(failure.message).toMatch(/127\.0\.0\.1 does not answer[\s\S]*Next: /)
    await using nowhere = await openRemoteShell({ ...sshd.target, host: 'no-such-host.invalid' })
    expect(await nowhere.reach()).toMatchObject({ ok: false, why: 'unreachable' })
    expect(await shell.reach()).toEqual({ ok: true })
  })

  test('a key that it does not know, and one that is not there', async () => {
    const failure = await failureOf({ keyFile: sshd.strangerKey })
    expect(failure).toMatchObject({ why: 'key-refused' })
    expect(failure.message).toMatch(/authorized_keys/)
    expect(await failureOf({ keyFile: join(home, 'none') })).toMatchObject({ why: 'key-missing' })
  })

  test('a connection that breaks in the middle is no answer of the command', async () => {
    await using other = await openRemoteShell(sshd.target)
    const broken = other.run(['sh', '-c', 'kill -KILL $(ps -o ppid= -p $(ps -o ppid= -p $PPID))'])
    const failure = await broken.then(
      (ran) => expect.unreachable(JSON.stringify(ran)),
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(ConnectionFailed)
  })

  describe('O3: whose host key is not the pinned one gets nothing', () => {
    const attempts = (log: string) => log.match(/Accepted|Failed|Postponed|userauth|Starting session/g) ?? []

    test('nobody has pinned any', async () => {
      const before = sshd.log().length
      const failure = await failureOf({ hostKey: undefined })
      expect(failure).toMatchObject({ why: 'host-key-unknown' })
      expect(failure.message).toMatch(/ssh-keyscan -t ed25519 -p \d+ 127\.0\.0\.1[\s\S]*DEPLOY_HOST_KEY/)
      await sleep(200)
      expect(attempts(sshd.log().slice(before))).toEqual([])
    })

    test('another kind of key than the pinned one', async () => {
      const rsa = `ssh-rsa ${'A'.repeat(372)}`
      expect(await failureOf({ hostKey: rsa })).toMatchObject({ why: 'host-key-changed' })
    })

    test('it has changed', async () => {
      await sshd.swapHostKey()
      const before = sshd.log().length
      const failure = await failureOf({})
      expect(failure).toMatchObject({ why: 'host-key-changed' })
      expect(failure.message).toMatch(/another host key than the pinned one[\s\S]*Next: /)
      await expect.poll(() => sshd.log().slice(before), WAIT).toMatch(/Connection (from|closed|reset)/)
      await sleep(200)
      expect(attempts(sshd.log().slice(before))).toEqual([])
      expect(sshd.log()).toMatch(/Accepted publickey/)
    })
  })
})

test('O1: the script holds no single quote, which would end it', () => {
  expect(REMOTE_SCRIPT.match(/'/g)).toHaveLength(2)
  expect(REMOTE_SCRIPT.startsWith("exec sh -c '") && REMOTE_SCRIPT.endsWith("'")).toBe(true)
})
