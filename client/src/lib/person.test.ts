import { expect, test } from 'vitest'
import { initialsOf, nameOf } from './person.ts'

const called = (displayName: string | null, email = 'ada.lovelace@example.com') => ({ displayName, email })

test('a person without a name is called by their address', () => {
  expect(nameOf(called(null))).toBe('ada.lovelace')
  expect(nameOf(called('Ada'))).toBe('Ada')
})

test.each([
  ['Ada Lovelace', 'AL'],
  ['Augusta Ada King', 'AK'],
  ['ada', 'A'],
  ['👩‍🚀 Astronaut', '👩‍🚀A'],
  ['Éva Ångström', 'ÉÅ'],
  [null, 'AL'],
])('the initials of %s are %s', (displayName, initials) =>
  expect(initialsOf(called(displayName))).toBe(initials),
)
