import { BRAND } from '@latchkey/shared/brand'
import { TRPCClientError } from '@trpc/client'
import { locks } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const MINUTE = 60_000
const KEY = `${BRAND.slug}:renewed-at`

const refresh = vi.fn<() => Promise<unknown>>()
const stops: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval'], now: Date.parse('2026-11-21T09:00:00Z') })
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
  refresh.mockReset().mockResolvedValue({ ok: true })
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  Reflect.deleteProperty(navigator, 'locks')
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A page of its own, with what it alone remembers; pages meet at the lock and in the storage, as tabs do. */
async function openTab() {
  vi.resetModules()
  const { keepFresh, inTurn, afterRenewal } = await import('./refresh.ts')
  const close = keepFresh(refresh)
  stops.push(close)
  await settle()
  return { close, inTurn, afterRenewal }
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
  await openTab()
  await passWith(14, move)
  expect(refresh).not.toHaveBeenCalled()
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(45, move)
  expect(refresh).toHaveBeenCalledTimes(4)
})

test('an idle tab asks nothing, however long', async () => {
  await openTab()
  await passWith(600, settle)
  expect(refresh).not.toHaveBeenCalled()
})

test('a hidden tab asks nothing, and the look back at it does', async () => {
  await openTab()
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  await passWith(20, move)
  expect(refresh).not.toHaveBeenCalled()
  visibility.mockReturnValue('visible')
  document.dispatchEvent(new Event('visibilitychange'))
  await settle()
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('after a night asleep there is one renewal, not all that were missed', async () => {
  await openTab()
  vi.setSystemTime(Date.now() + 9 * 60 * MINUTE)
  await Promise.all([move(), move(), move()])
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('a clock that was set back puts nothing off', async () => {
  await openTab()
  vi.setSystemTime(Date.now() - 24 * 60 * MINUTE)
  await move()
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('three tabs at once are one flight, and one renewal for all of them', async () => {
  for (let tab = 0; tab < 3; tab += 1) await openTab()
  await passWith(15, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(14, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('while an answer is awaited no other tab asks', async () => {
  await openTab()
  await openTab()
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
  await openTab()
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

test('nothing is asked after signing out, and a late answer leaves nothing behind', async () => {
  const { close } = await openTab()
  let land = () => {}
  refresh.mockReturnValue(new Promise<void>((resolve) => (land = resolve)))
  await passWith(15, move)
  close()
  localStorage.clear()
  land()
  await passWith(60, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  expect(localStorage).toHaveLength(0)
})

test('who signs out waits until a renewal has landed', async () => {
  const { inTurn } = await openTab()
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
  const { inTurn } = await openTab()
  await passWith(15, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  expect(await inTurn(() => Promise.resolve('in'))).toBe('in')
})

test('many short visits are renewed as one long one is', async () => {
  for (let visit = 0; visit < 9; visit += 1) {
    const { close } = await openTab()
    await passWith(2, move)
    close()
  }
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('a page that is opened long after the last renewal renews before anybody moves', async () => {
  const { close } = await openTab()
  close()
  vi.setSystemTime(Date.now() + 60 * MINUTE)
  await openTab()
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('C11: what is kept is one number, and the moment of the renewal', async () => {
  await openTab()
  await passWith(15, move)
  expect(Object.entries(localStorage)).toEqual([[KEY, String(Date.now())]])
})

test.each(['nonsense', '', 'NaN'])('a kept moment that is %j begins anew', async (kept) => {
  localStorage.setItem(KEY, kept)
  await openTab()
  await passWith(14, move)
  expect(refresh).not.toHaveBeenCalled()
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(1)
})

test('a browser that keeps nothing is served all the same', async () => {
  const refused = () => {
    throw new DOMException('no storage here', 'SecurityError')
  }
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(refused)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(refused)
  await openTab()
  await passWith(45, move)
  expect(refresh).toHaveBeenCalledTimes(3)
})

/** What a refused call looks like here: only its header counts. */
const askedToWait = (seconds: number) =>
  Object.assign(new TRPCClientError('too often'), {
    data: { code: 'RATE_LIMITED' },
    meta: { response: new Response(null, { headers: { 'retry-after': String(seconds) } }) },
  })

test('not every browser comes back in the same second', async () => {
  await openTab()
  vi.mocked(Math.random).mockReturnValue(0.999)
  refresh.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await passWith(16, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('who is asked to wait waits for as long', async () => {
  await openTab()
  refresh.mockRejectedValueOnce(askedToWait(300))
  await passWith(15 + 4, move)
  expect(refresh).toHaveBeenCalledTimes(1)
  await passWith(1, move)
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('when the line is back there is no more waiting', async () => {
  await openTab()
  refresh.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await passWith(15, move)
  window.dispatchEvent(new Event('online'))
  await settle()
  expect(refresh).toHaveBeenCalledTimes(2)
  window.dispatchEvent(new Event('online'))
  await settle()
  expect(refresh).toHaveBeenCalledTimes(2)
})

test('what is asked during a renewal waits for it, but not for ever', async () => {
  const { afterRenewal } = await openTab()
  expect(afterRenewal()).toBeUndefined()
  let land = () => {}
  refresh.mockReturnValue(new Promise<void>((resolve) => (land = resolve)))
  await passWith(15, move)
  const asked = vi.fn()
  void afterRenewal()?.then(asked)
  await settle()
  expect(asked).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2_000)
  await settle()
  expect(asked).toHaveBeenCalledOnce()
  land()
  await settle()
  expect(afterRenewal()).toBeUndefined()
})
