import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../deeds/run.ts'

test('O1: words reach the program as they are; no shell reads them', async () => {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-run-'))
  const words = [`$(touch ${home}/marker)`, '; echo', '', ' a  b ', '*', '"', "'", '\n']
  expect((await run(['printf', String.raw`%s\0`, ...words])).stdout.split('\0')).toEqual([...words, ''])
  expect(existsSync(join(home, 'marker'))).toBe(false)
  await rm(home, { recursive: true })
})

test('a NUL, which would end a word, is refused', async () => {
  await expect(run(['echo', 'a\0b'])).rejects.toThrow(/null bytes/)
})

test('a program that is not there is an answer, in words', async () => {
  expect(await run(['there-is-no-such-program'])).toEqual({
    ...{ code: 127, stdout: '' },
    stderr: 'there-is-no-such-program: not found on this machine\n',
  })
})

test('its environment is ours, or exactly what was said', async () => {
  process.env['LATCHKEY_CANARY'] = 'canary'
  expect((await run(['env'])).stdout).toContain('canary')
  const { stdout } = await run(['/usr/bin/env'], { env: { ONE: '1' } })
  delete process.env['LATCHKEY_CANARY']
  expect(stdout).toBe('ONE=1\n')
})

test('lines are told whole, the last one also without its end', async () => {
  const lines: string[] = []
  await run(['sh', '-c', 'printf "on"; sleep 0.1; printf "e\ntwo\nthree"'], {
    onLine: (line) => lines.push(line),
  })
  expect(lines).toEqual(['one', 'two', 'three'])
})

test('patience ends it with 124, an abort ends it too, also one that came before', async () => {
  expect((await run(['sleep', '60'], { timeoutMs: 100 })).code).toBe(124)
  expect((await run(['sleep', '60'], { signal: AbortSignal.timeout(100) })).code).not.toBe(0)
  expect((await run(['sleep', '60'], { signal: AbortSignal.abort() })).code).not.toBe(0)
})

test('one that does not hear is ended without being asked', async () => {
  const { code } = await run(['sh', '-c', 'trap "" TERM; while :; do sleep 0.2; done'], { timeoutMs: 100 })
  expect(code).toBe(124)
})

test('stdin ends when it is told, or is held as long as the program runs', async () => {
  expect((await run(['cat'], { stdin: 'all of it' })).stdout).toBe('all of it')
  expect((await run(['head', '-c', '3'], { stdin: 'all of it', holdsStdin: true })).stdout).toBe('all')
  expect((await run(['cat'], { stdin: 'held', holdsStdin: true, timeoutMs: 300 })).code).toBe(124)
})
