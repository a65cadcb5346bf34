import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const LITERAL =
  /(?<=[=>(,:[!&|?{;]\s*|return\s+|^\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)(?=\s*[.,;)\]:?}]|\s*$)/gm

const sources = ['shared/src', 'server/src', 'db/src'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/test/')),
)
const withoutComments = (text: string) => text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
const regexes = sources.flatMap((path) =>
  [...withoutComments(readFileSync(path, 'utf8')).matchAll(LITERAL)].map(
    ([, source = '', flags = '']) =>
      [path.slice(ROOT.length + 1), new RegExp(source, flags.replaceAll(/[gy]/g, ''))] as const,
  ),
)

/** What a pattern could stumble over: what it is made of, again and again, and then something that fits nothing. */
function hostileTo({ source }: RegExp): string[] {
  const own = source
    .replaceAll(/\\[pP]\{[^}]*\}|\\u[\da-f]{4}|\\[dwsbDWSB]/gi, ' ')
    .replaceAll(/[\\^$()[\]|?*+{}]/g, '')
    .match(/\S/gu)
  const pieces = new Set([...(own ?? []), 'a', 'A', '0', ' ', '.', '-', '\t'])
  const words = source.match(/[a-z=/:]{3,}/gi) ?? []
  const pairs = [...pieces].slice(0, 8).flatMap((one) => ['a', '0', '.', '-'].map((other) => one + other))
  return [...pieces, ...words, ...pairs]
}

const SIZES = [16, 18, 20, 22, 24, 26, 28, 32, 48, 64, 128, 1024, 10_240, 102_400]

function* textsFor(pattern: RegExp, size: number): Generator<string> {
  for (const piece of hostileTo(pattern))
    for (const prefix of ['', 'a@', '"', '['])
      for (const suffix of ['\u0000', '!'])
        yield prefix + piece.repeat(Math.ceil(size / piece.length)) + suffix
}

/** Grows slowly, so that what doubles with every letter is found before it never ends. */
function findsSlow(pattern: RegExp, bound: number): number | undefined {
  for (const size of SIZES)
    for (const text of textsFor(pattern, size)) {
      if (costOf(() => pattern.test(text)) > bound) return size
    }
  return undefined
}

/** Milliseconds of this thread's own work, so that what else runs on the machine does not count. */
function costOf(work: () => unknown): number {
  const before = process.threadCpuUsage()
  work()
  return process.threadCpuUsage(before).user / 1000
}

/** Reads a text of the largest size to its end: a slow machine is slow for both. */
function linear(): number {
  const text = 'a'.repeat(102_400)
  return Math.max(...Array.from({ length: 5 }, () => costOf(() => /^(?:a|b)*c/.test(text))))
}

describe('J8: no pattern takes more than linear time', () => {
  test('the patterns are found', () => {
    expect(regexes.length).toBeGreaterThan(25)
    expect(regexes.map(([path]) => path)).toContain('shared/src/schemas/atoms.ts')
    expect(regexes.map(([, { source }]) => source)).toContain('^[A-Za-z0-9_-]{43}$')
  })

  const bound = Math.max(50, linear() * 50)

  test.each(regexes)('%s: %s', (_path, pattern) => {
    expect(findsSlow(pattern, bound)).toBeUndefined()
  })

  test.each([/^(a+)+$/, /a*a*b/])('this would find %s', (pattern) => {
    expect(findsSlow(pattern, bound)).toBeGreaterThan(0)
  })
})
