import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as files from '../../commands/files.ts'
import * as git from '../../commands/git.ts'
import { operand, Refused } from '../../commands/operand.ts'
import { ssh } from '../../commands/ssh.ts'
import { openRemoteShell, type RemoteShell } from '../../deeds/remote-shell.ts'
import { REMOTE_SCRIPT } from '../../deeds/remote-script.ts'
import { type Command, run } from '../../deeds/run.ts'
import { MAKERS } from './constructors.ts'
import { hostileValues } from './hostile.ts'
import { type Seen, spyOn } from './spy.ts'
import { hasSshd, openTestSshd, type TestSshd } from './sshd.ts'

/** A run on the droplet that stands for all: each value goes through every command, and then for real over ssh. */
describe.skipIf(!hasSshd)('O1: 500 hostile values (openssh-server)', () => {
  let sshd: TestSshd
  let shell: RemoteShell
  let home: string
  let marker: string
  let values: string[]
  let seen: Seen[]
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'latchkey-hostile-'))
    marker = join(home, 'marker')
    values = hostileValues(marker, 500)
    sshd = await openTestSshd()
    const spy = spyOn(run)
    seen = spy.seen
    shell = await openRemoteShell(sshd.target, spy.run)
  })
  afterAll(async () => {
    await shell?.[Symbol.asyncDispose]()
    await sshd?.close()
    await rm(home, { recursive: true, force: true })
  })

  /** Neither where we are, nor where a command ran, nor in the folder of whoever it runs as. */
  const nothingRan = () => {
    expect(existsSync(marker)).toBe(false)
    for (const { command } of seen) {
      expect(command[0]).toBe('ssh')
      if (!command.includes('-O')) expect(command.at(-1)).toBe(REMOTE_SCRIPT)
      expect(command.join('\n')).not.toContain('touch')
    }
  }

  const accepted = (value: string): Command[] =>
    MAKERS.flatMap(([, , make]) => {
      try {
        return [make(value)]
      } catch (error) {
        expect(error).toBeInstanceOf(Refused)
        return []
      }
    })

  test('through every command: refused, or on the droplet exactly as it was', async () => {
    const commands = values.flatMap(accepted)
    const words = [...new Set(commands.flat())]
    expect(commands.length).toBeGreaterThan(500)
    for (let at = 0; at < words.length; at += 3000) {
      const some = words.slice(at, at + 3000)
      const { stdout, code } = await shell.run(['printf', String.raw`%s\0`, ...some])
      expect(code).toBe(0)
      expect(stdout.split('\0').slice(0, -1)).toEqual(some)
    }
    nothingRan()
  })

  test('as a word of any program, as its folder, and as what it reads', async () => {
    const sendable = values.filter((value) => !value.includes('\0'))
    const { stdout } = await shell.run(['printf', String.raw`%s\0`, ...sendable], {
      stdin: sendable.join('\n'),
    })
    expect(stdout.split('\0').slice(0, -1)).toEqual(sendable)
    for (const place of sendable.filter((value) => value.includes(marker)).slice(0, 25))
      await shell.run(['true'], { cwd: place, stdin: place })
    for (const value of values.filter((value) => value.includes('\0')))
      await expect(shell.run(['echo', value])).rejects.toThrow()
    nothingRan()
  })

  test('as a program: refused, or not found', async () => {
    for (const value of values.filter((value) => value.includes(marker)).slice(0, 25))
      await shell.run([value]).then(
        ({ code }) => expect([126, 127]).toContain(code),
        () => {},
      )
    nothingRan()
  })

  test('for real: files of such names, made and written, hold what they should and are where they should be', async () => {
    const place = join(home, 'files')
    mkdirSync(place)
    const names = values
      .filter((value) => !value.includes('/') || value.includes(marker))
      .filter(isRelativePath)
    expect(names.length).toBeGreaterThan(40)
    for (const [at, name] of names.slice(0, 40).entries()) {
      const folder = `${at}-${name}`
      expect((await shell.run(files.makeFolder(folder), { cwd: place })).code).toBe(0)
      const file = `${folder}/it`
      const written = await shell.run(files.writeFile(file, '0600'), { cwd: place, stdin: name })
      expect([name, written.code]).toEqual([name, 0])
      expect((await shell.run(files.readFile(file), { cwd: place })).stdout).toBe(name)
    }
    expect(readdirSync(place)).toHaveLength(40)
    nothingRan()
  })

  test('for real: git takes no branch, commit, address or place for anything else', async () => {
    const place = join(home, 'checkout')
    mkdirSync(place)
    writeFileSync(join(place, 'a'), 'a')
    await run(git.initRepository(place))
    await run(['git', 'remote', 'add', 'origin', place], { cwd: place })
    const wild = values.filter((value) => value.includes('touch'))
    const commands = wild.flatMap((value) =>
      [git.fetchBranch, git.resetToBranch, git.resetToCommit, git.commitOfBranch, git.setOrigin].flatMap(
        (make) => {
          try {
            return [make(value)]
          } catch (error) {
            expect(error).toBeInstanceOf(Refused)
            return []
          }
        },
      ),
    )
    for (const command of commands) await shell.run(command, { cwd: place })
    // What the shapes refuse would also have been harmless: the words themselves are tried, behind the guards.
    for (const value of wild.filter((one) => !one.includes('\0')).slice(0, 20)) {
      await shell.run(['git', 'fetch', '--', 'origin', `+refs/heads/${value}:refs/x`], { cwd: place })
      await shell.run(['git', 'rev-parse', '--verify', '--quiet', '--end-of-options', `refs/${value}`], {
        cwd: place,
      })
    }
    nothingRan()
  })

  test('as where to, as whom and with which key: refused before ssh is started', () => {
    for (const value of values)
      for (const change of [{ host: value }, { user: value }, { hostKey: value }])
        try {
          const words = ssh({ ...sshd.target, ...change }, { knownHosts: '/known' }, 'script')
          expect(words.slice(-2)).toEqual([change.host ?? sshd.target.host, 'script'])
        } catch (error) {
          expect(error).toBeInstanceOf(Refused)
        }
  })

  test('as where to and as whom, for real', async () => {
    const few = values.filter((value) => value.includes('touch')).slice(0, 12)
    for (const value of few)
      for (const change of [{ host: value }, { user: value }, { keyFile: value }])
        await openRemoteShell({ ...sshd.target, ...change }).then(
          async (other) => {
            await other.run(['true']).catch(() => {})
            await other[Symbol.asyncDispose]()
          },
          (error: unknown) => expect(error).toBeInstanceOf(Refused),
        )
    expect(existsSync(marker)).toBe(false)
  })
})

function isRelativePath(value: string): boolean {
  try {
    return !operand('path', value).startsWith('/') && value.length < 150
  } catch {
    return false
  }
}
