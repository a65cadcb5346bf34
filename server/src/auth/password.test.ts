import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { hashSlotsOf } from '@latchkey/shared/hash-profiles'
import { AppError } from '../errors.ts'
import { PASSWORD } from '../test/actors.ts'
import { openPasswords } from './password.ts'

const passwords = await openPasswords({ PASSWORD_PROFILE: 'test' })

describe('hashing', () => {
  test('C6: strong is 64 MiB, 3 passes, 2 lanes; balanced 19 MiB, 2, 1', async () => {
    const strong = await openPasswords({ PASSWORD_PROFILE: 'strong' })
    const balanced = await openPasswords({ PASSWORD_PROFILE: 'balanced' })
    expect(await strong.hash('x')).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=2\$/)
    expect(await balanced.hash('x')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(strong.needsRehash(await balanced.hash('x'))).toBe(true)
    expect(strong.needsRehash(await strong.hash('x'))).toBe(false)
  })

  test('nobody’s password is never right', async () => {
    expect(await passwords.verify(undefined, '')).toBe(false)
    expect(await passwords.verify(null, PASSWORD)).toBe(false)
  })

  test('A9, decision 22: what waits past fifty is refused, the rest is all done', async () => {
    const slots = hashSlotsOf('test', availableParallelism())
    const asked = Array.from({ length: slots + 55 }, () =>
      passwords.hash('x').catch((error: unknown) => error),
    )
    expect(() => passwords.requireRoom()).toThrow(AppError)
    const answers = await Promise.all(asked)
    const refused = answers.filter((answer) => answer instanceof AppError && answer.code === 'BUSY')
    expect(refused).toHaveLength(5)
    expect(answers.filter((answer) => typeof answer === 'string')).toHaveLength(slots + 50)
    expect(() => passwords.requireRoom()).not.toThrow()
  })

  test('A9: one more gets ready than there are slots, however many ask', async () => {
    let running = 0
    let most = 0
    const ask = () =>
      passwords.inTurn(async (verify) => {
        most = Math.max(most, (running += 1))
        await verify(null, 'x')
        running -= 1
      })
    await Promise.all(Array.from({ length: 50 }, ask))
    expect([most, running]).toEqual([hashSlotsOf('test', availableParallelism()) + 1, 0])
  })

  test('A9: hashSlotsOf: cores over lanes, one core left for all else, at least one', () => {
    expect([1, 2, 3, 8].map((cores) => hashSlotsOf('strong', cores))).toEqual([1, 1, 1, 4])
    expect([1, 2, 3, 8].map((cores) => hashSlotsOf('balanced', cores))).toEqual([1, 1, 2, 7])
  })
})
