import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { KeptMail } from '@latchkey/db/outbox'
import { inboxPage } from './inbox-page.ts'
import { parsePage, type ParsedElement } from './test/parsed-page.ts'

/** The page's own script, over the page as the server writes it. */
const letter = (id: string, subject = `Letter ${id}`): KeptMail => ({
  id,
  to: 'ada@example.com',
  subject,
  text: 'Hello',
  html: '<p>Hello</p>',
  createdAt: new Date('2026-11-21T09:00:00Z'),
  sentAt: null,
})

let mails: KeptMail[] = []
let now = new Date('2026-11-21T09:00:00Z')
let answers: () => Promise<Response>
const asked = vi.fn((_path: string, _init: { headers: Record<string, string> }) => answers())
const pageNow = () => new Response(inboxPage(mails, now), { headers: { etag: `W/"${mails.length}"` } })
const root = parsePage(inboxPage([], now))
const document = Object.assign(root, { title: 'Local inbox', hidden: false })
const scrolled = vi.fn()

beforeAll(async () => {
  vi.useFakeTimers()
  answers = () => Promise.resolve(pageNow())
  vi.stubGlobal('document', document)
  vi.stubGlobal('scrollY', 0)
  vi.stubGlobal('scrollBy', scrolled)
  vi.stubGlobal('fetch', asked)
  vi.stubGlobal(
    'DOMParser',
    class {
      parseFromString = (html: string) => parsePage(html)
    },
  )
  await import(new URL('./inbox.js', import.meta.url).href)
})
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
beforeEach(() => {
  answers = () => Promise.resolve(pageNow())
})

const twoSeconds = () => vi.advanceTimersByTimeAsync(2000)
const shown = () => root.getElementsByTagName('article')
const byId = (id: string) => root.getElementById(id) as ParsedElement
const detailsOf = (id: string) => byId(`letter-${id}`).getElementsByTagName('details')[0] as ParsedElement

test('an empty inbox says what to do, and a letter takes its place', async () => {
  expect(byId('empty').textContent).toContain('Register an account')
  mails = [letter('one')]
  await twoSeconds()
  expect(root.getElementById('empty')).toBeNull()
  expect(shown().map(({ id }) => id)).toEqual(['letter-one'])
  expect(byId('count').textContent).toBe('1 letter')
  expect(byId('said').textContent).toBe('New: Letter one')
})

test('it asks with the mark of what it has, and nothing moves when there is nothing new', async () => {
  const before = [...shown()]
  answers = () => Promise.resolve(new Response(null, { status: 304 }))
  await twoSeconds()
  expect(asked.mock.lastCall?.[1].headers).toEqual({ 'if-none-match': 'W/"1"' })
  expect(shown()).toEqual(before)
})

test('what arrives stands above, closed and marked as new; the open letter is the same element as before', async () => {
  const open = byId('letter-one')
  detailsOf('one').attributes.set('open', '')
  mails = [letter('two'), ...mails]
  await twoSeconds()
  expect(shown().map(({ id }) => id)).toEqual(['letter-two', 'letter-one'])
  expect(byId('letter-one')).toBe(open)
  expect([detailsOf('one').open, detailsOf('two').open]).toEqual([true, false])
  expect([...byId('letter-two').classList]).toEqual(['new'])
  expect(document.title).toBe('(2) Local inbox')
  expect(scrolled).not.toHaveBeenCalled()
})

test('opening it takes the mark away, and only that', () => {
  detailsOf('two').listeners['toggle']?.()
  expect([...byId('letter-two').classList]).toEqual(['new'])
  for (const id of ['one', 'two']) {
    detailsOf(id).attributes.set('open', '')
    detailsOf(id).listeners['toggle']?.()
  }
  expect([...byId('letter-two').classList]).toEqual([])
  expect(document.title).toBe('Local inbox')
})

test('"just now" grows old', async () => {
  now = new Date('2026-11-21T09:05:00Z')
  await twoSeconds()
  expect(byId('letter-one').getElementsByTagName('time')[0]?.textContent).toContain('5 minutes ago')
})

test('who has scrolled down reads on where they were', async () => {
  vi.stubGlobal('scrollY', 300)
  const read = byId('letter-two')
  read.top = 10
  mails = [letter('three'), ...mails]
  const rect = vi.spyOn(read, 'getBoundingClientRect')
  rect.mockReturnValueOnce({ top: 10, bottom: 90 }) // looked for
  rect.mockReturnValueOnce({ top: 10, bottom: 90 }) // before
  rect.mockReturnValueOnce({ top: 80, bottom: 160 }) // after
  await twoSeconds()
  expect(scrolled).toHaveBeenCalledExactlyOnceWith(0, 70)
  vi.stubGlobal('scrollY', 0)
})

test('a hidden tab does not ask; shown again, it asks at once, and goes on in one round', async () => {
  document.hidden = true
  document.listeners['visibilitychange']?.()
  asked.mockClear()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).not.toHaveBeenCalled()
  document.hidden = false
  document.listeners['visibilitychange']?.()
  document.listeners['visibilitychange']?.()
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveBeenCalledTimes(2)
  await twoSeconds()
  expect(asked).toHaveBeenCalledTimes(3)
})

test('a server that is away is said so, once it is back no more', async () => {
  answers = () => Promise.reject(new TypeError('fetch failed'))
  await twoSeconds()
  expect(byId('said').textContent).toBe('The server does not answer. This page goes on asking.')
  answers = () => Promise.resolve(new Response(null, { status: 304 }))
  await twoSeconds()
  expect(byId('said').textContent).toBe('New letters appear by themselves.')
})

test('what is gone from the inbox goes, unless it is being read', async () => {
  detailsOf('two').removeAttribute('open')
  mails = [letter('four')]
  await twoSeconds()
  expect(shown().map(({ id }) => id)).toEqual(['letter-four', 'letter-one'])
})
