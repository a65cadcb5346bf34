import { expect, test } from 'vitest'
import { parseSearch, stringifySearch } from './search-params.ts'

test('a path in the search stays readable', () => {
  expect(stringifySearch({ next: '/account/security?tab=a&b' })).toBe('?next=/account/security%3Ftab%3Da%26b')
})

test('what is written is read back', () => {
  const search = { next: '/a?b=c&d#e', q: 'ümlaut & co', n: '7', t: 'true' }
  expect(parseSearch(stringifySearch(search))).toEqual(search)
})

test('nothing to say is no question mark', () => {
  expect(stringifySearch({ next: undefined })).toBe('')
})
