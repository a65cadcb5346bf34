import { describe, expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { outcomeOf as browserOutcome } from './browser.ts'
import { findChromium } from './chromium.ts'
import { closingLineOf, failed, missing, notRun, passed, skipped } from './outcome.ts'
import { outcomeOf as vitestOutcome } from './vitest.ts'

describe('the closing line', () => {
  test('adds up what the parts found', () => {
    const vitest = { passed: 300, failed: 2, skipped: 4 }
    expect(closingLineOf([passed, failed('…'), vitest, skipped('', '')])).toBe(
      '301 passed, 3 failed, 5 skipped',
    )
  })

  test('what is missing is skipped for a person and failed in CI; what was turned off is skipped in both', () => {
    expect(closingLineOf([missing('no browser', 'apt', false)])).toBe('0 passed, 0 failed, 1 skipped')
    expect(closingLineOf([missing('no browser', 'apt', true)])).toBe('0 passed, 1 failed, 0 skipped')
    expect(closingLineOf([skipped('off', 'on')])).toBe('0 passed, 0 failed, 1 skipped')
  })

  test('each part that was not run stands by name, with the reason and the line to type', () => {
    expect(
      notRun([
        ['lint', passed],
        ['browser', missing('there is none', 'apt install it', true)],
      ]),
    ).toEqual(['Not run: browser: there is none. To run it: apt install it'])
  })
})

describe('vitest', () => {
  const file = (status: string, tests: number) => ({
    status,
    assertionResults: Array.from({ length: tests }),
  })

  test('its counts are taken over', () => {
    const report = { numPassedTests: 9, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 }
    expect(vitestOutcome(JSON.stringify(report), 1)).toEqual({ passed: 9, failed: 1, skipped: 3 })
  })

  test('a file that cannot be read is a failed test', () => {
    const report = {
      numPassedTests: 9,
      numFailedTests: 1,
      testResults: [file('failed', 0), file('passed', 9)],
    }
    expect(vitestOutcome(JSON.stringify(report), 1).failed).toBe(2)
  })

  test('an end in error is never green, whatever the report says', () => {
    expect(vitestOutcome('{"numPassedTests":9}', 1)).toEqual({ passed: 9, failed: 1, skipped: 0 })
    expect(vitestOutcome('{}', 134).failed).toBe(1)
  })
})

describe('the browser', () => {
  test('its counts are taken over; what passed at the second try passed', () => {
    const stats = { expected: 7, unexpected: 1, flaky: 1, skipped: 2 }
    expect(browserOutcome(JSON.stringify({ stats }), 1)).toEqual({ passed: 8, failed: 1, skipped: 2 })
  })

  test('a server that never came up is no pass', () => {
    expect(browserOutcome('{}', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('is the one that was named, and no other in its place', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath })).toEqual({
      env: { CHROMIUM_PATH: process.execPath },
    })
    expect(findChromium({ CHROMIUM_PATH: '/no/such/browser' })).toBeUndefined()
  })
})

test('what stands after -- is for vitest', () => {
  expect(readArguments(['--only', 'lint,vitest', '--', 'server', '-t', 'login'])).toEqual({
    long: false,
    only: ['lint', 'vitest'],
    rest: ['server', '-t', 'login'],
  })
  expect(readArguments(['--long'])).toEqual({ long: true, only: [], rest: [] })
  expect(() => readArguments(['--olny', 'lint'])).toThrow()
})
