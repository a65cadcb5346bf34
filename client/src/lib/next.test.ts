import { describe, expect, test } from 'vitest'
import { safeNext } from './next.ts'

describe('a return path stays on this site', () => {
  test.each([
    ['/dashboard', '/dashboard'],
    ['/', '/'],
    ['/account/security?tab=sessions#current', '/account/security?tab=sessions#current'],
    ['/search?q=a%20b&from=https://example.com/x', '/search?q=a%20b&from=https://example.com/x'],
    ['/files/a%2Fb', '/files/a%2Fb'],
    ['/übersicht', '/%C3%BCbersicht'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a@b.example', '/a@b.example'],
  ])('%s is taken', (value, path) => expect(safeNext(value)).toBe(path))

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a number', 7],
    ['a list', ['/dashboard']],
    ['a relative path', 'dashboard'],
    ['a query alone', '?next=/x'],
    ['another host', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash host', '/\\evil.example'],
    ['backslashes', '\\\\evil.example'],
    ['a backslash further on', '/a\\..\\\\evil.example'],
    ['a scheme', 'https://evil.example'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a data address', 'data:text/html,x'],
    ['a leading space', ' /dashboard'],
    ['a leading tab', '\t//evil.example'],
    ['a tab between the slashes', '/\t/evil.example'],
    ['a newline between the slashes', '/\n/evil.example'],
    ['a carriage return', '/a\r\nLocation: https://evil.example'],
    ['a NUL', '/\0/evil.example'],
    ['a line separator', '/\u2028/evil.example'],
    ['a zero-width space', '/\u200b/evil.example'],
    ['text that turns around', '/\u202Egro.live'],
    ['half a surrogate pair', '/\ud800'],
    ['a control character in the query', '/a?b=\0'],
    ['a backslash in the fragment', '/a#\\b'],
    ['an encoded slash', '/%2fevil.example'],
    ['an encoded backslash', '/%5cevil.example'],
    ['an encoded slash, twice', '/%252fevil.example'],
    ['an encoded slash, thrice', '/%25252fevil.example'],
    ['an encoded tab', '/%09/evil.example'],
    ['an encoded newline', '/%0a/evil.example'],
    ['encoding without an end', `/${'%25'.repeat(20)}2fevil.example`],
    ['broken encoding', '/%zz'],
    ['broken UTF-8', '/%ff'],
    ['a dot segment', '/./evil.example'],
    ['dots that leave a double slash', '/a/..//evil.example'],
    ['encoded dots', '/%2e%2e//evil.example'],
    ['dots and an encoded slash', '/a/..%2f/evil.example'],
    ['a double slash inside', '/a//b'],
    ['more than anybody needs', `/${'a'.repeat(2_000)}`],
  ])('%s is not', (_what, value) => expect(safeNext(value)).toBeUndefined())

  test('what is taken always resolves to the same origin', () => {
    for (const path of ['/a', '/a?b=//c', '/a#//c', '/%41', '/a%2Fb'].flatMap(
      (value) => safeNext(value) ?? [],
    )) {
      expect(new URL(path, 'https://app.example').origin).toBe('https://app.example')
    }
  })
})
