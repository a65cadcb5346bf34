import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '..')

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|tsx|css)$/.test(file) && !/\.(?:test|gen)\./.test(file))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }))

const filesWith = (pattern: RegExp, among = sources) =>
  among.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

const roomOf = (file: string) => file.split('/')[0] ?? ''
const importsOf = ({ file, text }: (typeof sources)[number]) =>
  [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path]) => relative(SRC, join(SRC, file, '..', path ?? '')))

test('C11, D17: nothing is kept in local or session storage but the moment of the last renewal', () => {
  expect(filesWith(/\b(?:localStorage|sessionStorage|indexedDB)\b/)).toEqual(['lib/renewed-at.ts'])
})

test('the content security policy has nothing to forbid: no inline style, no raw HTML, no eval', () => {
  expect(filesWith(/\bstyle=|dangerouslySetInnerHTML|\beval\(|new Function/)).toEqual([])
})

test('nothing is fetched from elsewhere', () => {
  expect(filesWith(/https?:\/\/(?!here\.invalid)/)).toEqual([])
})

test('the words of an error are read in one place', () => {
  expect(filesWith(/@trpc\/client/)).toEqual(['lib/api-error.ts', 'lib/trpc.ts'])
})

test('the server gives its types and nothing else', () => {
  expect(filesWith(/from '@latchkey\/(?:server|db|jobs)/)).toEqual(['lib/trpc.ts'])
  expect(filesWith(/import type \{ AppRouter \} from '@latchkey\/server\/router'/)).toEqual(['lib/trpc.ts'])
})

test('imports go one way: routes, features, ui, lib; features keep to themselves', () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((to) => !mayImport(source.file, to))
      .map((to) => `${source.file} -> ${to}`),
  )
  expect(wrong).toEqual([])
})

test('every route file stands in the generated tree', () => {
  const tree = readFileSync(join(SRC, 'routeTree.gen.ts'), 'utf8')
  const known = [...tree.matchAll(/from '\.\/routes\/([^']+)'/g)].map(([, name]) => `${name}.tsx`)
  expect(known.toSorted()).toEqual(readdirSync(join(SRC, 'routes')).toSorted())
})

const LOWER: Record<string, string[]> = {
  routes: ['routes', 'features', 'ui', 'lib'],
  features: ['ui', 'lib'],
  ui: ['ui', 'lib'],
  lib: ['lib'],
}

function mayImport(from: string, to: string): boolean {
  const below = LOWER[roomOf(from)]
  if (!below) return true
  if (from === 'routes/__root.tsx' && to === 'router.tsx') return true
  const sameFeature = roomOf(from) === 'features' && to.startsWith(from.split('/').slice(0, 2).join('/'))
  return sameFeature || below.includes(roomOf(to))
}
