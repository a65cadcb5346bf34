import { expect, test } from 'vitest'
import { readableOf } from './service-log.ts'

const line = (entry: object) => readableOf(JSON.stringify(entry))

test('a warning or worse is one readable line', () => {
  expect(line({ level: 'warn', msg: 'slow' })).toBe('warn: slow')
  expect(line({ level: 'error', msg: 'failed', err: { message: 'no route' }, request_id: 'r-1' })).toBe(
    'error: failed (no route) [request r-1]',
  )
})

test('what is not worth looking up for stays in the file', () => {
  expect(line({ level: 'info', msg: 'listening' })).toBeUndefined()
  expect(readableOf('  ')).toBeUndefined()
})

test('a crash speaks for itself', () => {
  expect(readableOf('SyntaxError: Unexpected token')).toBe('SyntaxError: Unexpected token')
  expect(readableOf('7')).toBe('7')
})
