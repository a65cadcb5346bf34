import { BRAND } from '@latchkey/shared/brand'
import { locks } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { inTurn, keepFresh } from './refresh.ts'

const MINUTE = 60_000

const refresh = vi.fn<() => Promise<unknown>>()
const stops: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval'], now: Date.parse('2026-11-21T09:00:00Z') })
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
  refresh.mockReset().mockResolvedValue({ ok: true })
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  Reflect.deleteProperty(navigator, 'locks')
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Each one is what a tab runs; they meet at the lock and in the channel, as tabs do. */
function openTab(): () => void {
  const stop = keepFresh(refresh)
  stops.push(stop)
  return stop
}

/** Somebody moves, and whatever follows from it has happened. */
async function move(): Promise<void> {
  document.dispatchEvent(new Event('pointermove'))
  await settle()
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function passWith(minutes: number, act: () => Promise<void>): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    vi.advanceTimersByTime(MINUTE)
    await act()
  }
}

test('once in fifteen minutes while somebody is at it', async () => {
  openTab()
  await passWith(14, move)
  expect(refresh).not.toHaveBeenCalled()
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(45, move)
  expect(refresh).toHaveBeenCalledTimes(4)
})

test('an idle tab asks nothing, however long', async () => {
  openTab()
  await passWith(600, settle)
  expect(refresh).not.toHaveBeenCalled()
})

test('a hidden tab asks nothing, and the look back at it does', async () => {
  openTab()
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  await passWith(20, move)
  expect(refresh).not.toHaveBeenCalled()
  visibility.mockReturnValue('visible')
  document.dispatchEvent(new Event('visibilitychange'))
  await settle()
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('after a night asleep there is one renewal, not all that were missed', async () => {
  openTab()
  vi.setSystemTime(Date.now() + 9 * 60 * MINUTE)
  await Promise.all([move(), move(), move()])
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('a clock that was set back puts nothing off', async () => {
  openTab()
  vi.setSystemTime(Date.now() - 24 * 60 * MINUTE)
  await move()
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('three tabs at once are one flight, and one renewal for all of them', async () => {
  for (let tab = 0; tab < 3; tab += 1) openTab()
  await passWith(15, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('while an answer is awaited no other tab asks', async () => {
  openTab()
  openTab()
  let land = () => {}
  refresh.mockReturnValue(new Promise<void>((resolve) => (land = resolve)))
  await passWith(15, move)
  await passWith(5, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  land()
  await settle()
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('a lost answer is asked for again a minute later, and quietly', async () => {
  openTab()
  refresh.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await passWith(15, move)
  await move()
  await move()
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(2)
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('nothing is asked after signing out, and a late answer tells nobody', async () => {
  const heard = vi.fn()
  const other = new BroadcastChannel(`${BRAND.slug}:refresh`)
  other.addEventListener('message', heard)
  const stop = openTab()
  let land = () => {}
  refresh.mockReturnValue(new Promise<void>((resolve) => (land = resolve)))
  await passWith(15, move)
  stop()
  land()
  await passWith(60, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  expect(heard).not.toHaveBeenCalled()
  other.close()
})

test('who signs out waits until a renewal has landed', async () => {
  openTab()
  let land = () => {}
  refresh.mockReturnValue(new Promise<void>((resolve) => (land = resolve)))
  await passWith(15, move)
  const signOut = vi.fn(() => Promise.resolve())
  const signedOut = inTurn(signOut)
  await settle()
  expect(signOut).not.toHaveBeenCalled()
  land()
  await signedOut
  expect(signOut).toHaveBeenCalledOnce()
})

test('a browser that keeps its locks from the page is served all the same', async () => {
  Reflect.deleteProperty(navigator, 'locks')
  openTab()
  await passWith(15, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  expect(await inTurn(() => Promise.resolve('in'))).toBe('in')
})
