import { expect, test } from 'vitest'
import { Secret } from '@latchkey/shared/secret'
import { openSecretBox, SealBroken } from './secret-box.ts'

const key = (fill: number) => new Secret(Buffer.alloc(32, fill).toString('base64'))
const old = openSecretBox({ ENCRYPTION_KEYS: { v1: key(1) }, ENCRYPTION_KEY_CURRENT: 'v1' })
const both = openSecretBox({ ENCRYPTION_KEYS: { v1: key(1), v2: key(2) }, ENCRYPTION_KEY_CURRENT: 'v2' })

test('what is sealed opens again, in its own place', () => {
  expect(old.open(old.seal('grüße 🌱', 'mail:1'), 'mail:1')).toBe('grüße 🌱')
})

test('the same content never seals to the same text', () => {
  expect(old.seal('same', 'mail:1')).not.toBe(old.seal('same', 'mail:1'))
})

test('a sealed value does not open elsewhere, changed, cut or under another key', () => {
  const sealed = old.seal('secret', 'mail:1')
  const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA')
  expect(() => old.open(sealed, 'mail:2')).toThrow(SealBroken)
  expect(() => old.open(changed, 'mail:1')).toThrow(SealBroken)
  expect(() => old.open('v1.AAAA', 'mail:1')).toThrow(/too short/)
  expect(() => old.open(sealed.replace('v1', 'v9'), 'mail:1')).toThrow(SealBroken)
  expect(() => old.open(sealed.replace('v1', '__proto__'), 'mail:1')).toThrow(SealBroken)
  expect(() => both.open(sealed.replace('v1', 'v2'), 'mail:1')).toThrow(SealBroken)
})

test('an old key still opens, and resealing moves to the current one once', () => {
  const sealed = old.seal('secret', 'mail:1')
  const moved = both.reseal(sealed, 'mail:1')
  expect(both.open(sealed, 'mail:1')).toBe('secret')
  expect(moved).toMatch(/^v2\./)
  expect(both.open(moved, 'mail:1')).toBe('secret')
  expect(both.reseal(moved, 'mail:1')).toBe(moved)
})
