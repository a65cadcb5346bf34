import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** A clone in small: the launcher, a package.json, and a lockfile that nothing has to be fetched for. */
let clone: string
const started: ChildProcess[] = []
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'latchkey-launch-'))
  cpSync(join(import.meta.dirname, '../launch'), join(clone, 'ops/launch'), { recursive: true })
  cpSync(join(import.meta.dirname, '../launch.mjs'), join(clone, 'ops/launch.mjs'))
  mkdirSync(join(clone, 'tool'))
  write('tool/package.json', { name: 'tool', version: '1.0.0' })
  write('package.json', {
    name: 'small',
    scripts: { run: 'node ops/launch.mjs node' },
    dependencies: { tool: 'file:tool' },
  })
  pin('1.0.0')
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(clone, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const write = (path: string, content: object) => writeFileSync(join(clone, path), JSON.stringify(content))
const pin = (version: string) =>
  write('package-lock.json', {
    name: 'small',
    lockfileVersion: 3,
    packages: {
      '': { name: 'small', dependencies: { tool: 'file:tool' } },
      'node_modules/tool': { resolved: 'tool', link: true },
      tool: { version },
    },
  })

/** Not as this test's npm started us: as a person does. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^LAUNCH_|^INIT_CWD$/.test(name)))
const launch = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('node', ['ops/launch.mjs', ...args], {
    cwd: clone,
    env: environment(),
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}
function begin(command: string, ...args: string[]): ChildProcess & { said: () => string } {
  const child = spawn(command, args, { cwd: clone, env: environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk) => (text += String(chunk)))
  started.push(child)
  return Object.assign(child, { said: () => text })
}
const FOREVER = 'console.log(process.pid); setInterval(() => {}, 1000)'
const lives = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
async function eventually(look: () => boolean, seconds = 20): Promise<boolean> {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(25)) if (look()) return true
  return false
}
const pidSaid = async (child: { said: () => string }): Promise<number> => {
  await eventually(() => /^\d+$/m.test(child.said()))
  return Number(/^\d+$/m.exec(child.said())?.[0])
}

describe('it installs what the lockfile says', () => {
  test('once, and again when the lockfile changed', () => {
    expect(launch('node', '-p', '"ran"').said).toMatch(/Installing[^]*Installed[^]*ran/)
    expect(launch('node', '-p', '"ran"').said).toBe('ran\n')
    write('tool/package.json', { name: 'tool', version: '2.0.0' })
    pin('2.0.0')
    expect(launch('node', '-p', '"ran"').said).toMatch(/Installing[^]*ran/)
    expect(launch('node', '-p', '"ran"').said).toBe('ran\n')
  })

  test('again when an installation was cut off', () => {
    launch('node', '-v')
    rmSync(join(clone, 'node_modules/.package-lock.json'))
    expect(launch('node', '-p', '"ran"').said).toMatch(/Installing[^]*ran/)
  })

  test('once for two that come at the same time', async () => {
    const both = [
      begin('node', 'ops/launch.mjs', 'node', '-v'),
      begin('node', 'ops/launch.mjs', 'node', '-v'),
    ]
    await Promise.all(both.map((child) => once(child, 'close')))
    const said = both.map((child) => child.said())
    expect(said.filter((text) => text.includes('Installed in'))).toHaveLength(1)
    for (const text of said) expect(text).toContain(process.version)
    expect(readdirSync(join(clone, '.data'))).toEqual([])
  })

  test('and says what to type where it cannot', () => {
    write('package.json', { name: 'small', dependencies: { tool: 'file:elsewhere' } })
    const { status, said } = launch('node', '-v')
    expect(status).toBe(1)
    expect(said).toMatch(/npm ci ended with code 1[^]*Next: /)
  })
})

describe('it runs a command', () => {
  test('with its arguments, and ends as it ended', () => {
    launch('node', '-v')
    expect(launch('node', '-e', 'console.log(process.argv.slice(1))', 'a b', '*').said).toBe(
      "[ 'a b', '*' ]\n",
    )
    expect(launch('node', '-e', 'process.exit(7)').status).toBe(7)
    expect(launch('no-such-tool')).toMatchObject({
      status: 1,
      said: expect.stringContaining('Cannot run no-such-tool') as string,
    })
  })

  test.runIf(process.platform === 'linux').each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'that ends when npm alone gets %s',
    async (signal) => {
      launch('node', '-v')
      const npm = begin('npm', 'run', '-s', 'run', '--', '-e', FOREVER)
      const pid = await pidSaid(npm)
      expect(lives(pid)).toBe(true)
      npm.kill(signal)
      expect(await eventually(() => !lives(pid), 5)).toBe(true)
    },
  )

  test.runIf(process.platform === 'linux')(
    'that ends when a tool between it and the first launcher is killed',
    async () => {
      launch('node', '-v')
      const inner = ['ops/launch.mjs', 'node', '-e', FOREVER]
      const middle = `console.log('middle', process.pid)
      require('node:child_process').spawn('node', ${JSON.stringify(inner)}, { stdio: 'inherit', detached: true })`
      const outer = begin('node', 'ops/launch.mjs', 'node', '-e', middle)
      const pid = await pidSaid(outer)
      process.kill(Number(/middle (\d+)/.exec(outer.said())?.[1]), 'SIGKILL')
      expect(await eventually(() => !lives(pid), 5)).toBe(true)
    },
  )
})

describe('it refuses what cannot go well', () => {
  test('a Node that is too old where none is pinned', () => {
    const { said } = launchUnder('22.1.0')
    expect(said).toMatch(/Node 24 or newer is needed here; this is 22\.1\.0[^]*Next: install it/)
  })

  test('a Node that cannot even install', () => {
    expect(launchUnder('18.20.0').said).toContain('Node 20 or newer is needed here')
  })

  function launchUnder(version: string) {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
    writeFileSync(join(clone, 'pretend.cjs'), pretend)
    const { stderr } = spawnSync('node', ['--require', './pretend.cjs', 'ops/launch.mjs', 'node', '-v'], {
      cwd: clone,
      env: environment(),
      encoding: 'utf8',
    })
    return { said: stderr }
  }

  test.runIf(process.getuid?.() === 0)('a clone that belongs to somebody else', () => {
    const nobody = { uid: 65_534, gid: 65_534 }
    for (const folder of ['.', 'ops', 'ops/launch']) spawnSync('chmod', ['a+rX', join(clone, folder)])
    const { status, stderr } = spawnSync('/bin/sh', ['-c', 'node ops/launch.mjs node -v'], {
      cwd: clone,
      ...nobody,
      env: environment(),
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/belongs to somebody else[^]*Next: [^]*git clone/),
    ])
  })
})
