import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser } from '../test/actors.ts'
import type { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const patch = (browser: Browser, body: object) =>
  browser.send('PATCH', '/api/users/me', { body, headers: { 'x-csrf-token': browser.csrf } })
const me = async (browser: Browser) => (await browser.get('/api/users/me')).body

test('J4: name, picture and a few words are the person’s own to change, one by one', async () => {
  const { id, email, browser } = await aSignedInUser(host)
  const avatarUrl = 'https://pictures.example/ada.png'
  expect((await patch(browser, { displayName: ' Ada ', avatarUrl })).body).toMatchObject({
    id,
    email,
    displayName: 'Ada',
    avatarUrl,
    bio: null,
  })
  expect((await patch(browser, { bio: 'One line.\r\nAnother.' })).status).toBe(200)
  expect(await me(browser)).toMatchObject({ displayName: 'Ada', avatarUrl, bio: 'One line.\nAnother.' })
  expect((await patch(browser, { displayName: '', avatarUrl: null, bio: ' ' })).status).toBe(200)
  expect(await me(browser)).toMatchObject({ displayName: null, avatarUrl: null, bio: null })
  const events = await db
    .selectFrom('auditEvents')
    .select('metadata')
    .where('action', '=', 'profile.update')
    .where('targetId', '=', id)
    .orderBy('id')
    .execute()
  expect(events.map(({ metadata }) => metadata)).toEqual([
    { fields: 'displayName avatarUrl' },
    { fields: 'bio' },
    { fields: 'displayName avatarUrl bio' },
  ])
})

test('nothing said changes nothing', async () => {
  const { id, browser } = await aSignedInUser(host, { displayName: 'Ada' })
  expect((await patch(browser, {})).body).toMatchObject({ id, displayName: 'Ada' })
})

describe('J4: all else is refused, beside its field', () => {
  const refused: [string, object, string][] = [
    ['a picture without TLS', { avatarUrl: 'http://pictures.example/a.png' }, 'avatarUrl'],
    ['a script for a picture', { avatarUrl: 'javascript:alert(1)' }, 'avatarUrl'],
    ['data for a picture', { avatarUrl: 'data:image/png;base64,AAAA' }, 'avatarUrl'],
    [
      'credentials in a picture’s address',
      { avatarUrl: 'https://ada:secret@pictures.example/' },
      'avatarUrl',
    ],
    ['no address', { avatarUrl: 'pictures' }, 'avatarUrl'],
    ['too long an address', { avatarUrl: `https://pictures.example/${'a'.repeat(500)}` }, 'avatarUrl'],
    ['too many words', { bio: 'x'.repeat(501) }, 'bio'],
    ['words that cannot be seen', { bio: 'a\u0007b' }, 'bio'],
    ['words that turn around', { bio: 'a\u202eb' }, 'bio'],
    ['a name with a link', { displayName: 'win at http://evil.example' }, 'displayName'],
    ['another address', { email: 'other@example.com' }, '_'],
    ['a role', { roles: ['ADMIN'] }, '_'],
    ['a proof', { isEmailVerified: true }, '_'],
    ['another person', { id: '5f0c7a52-2d3f-4a44-9d7e-3d6f6a1b9c01', displayName: 'Eve' }, '_'],
  ]
  test.each(refused)('%s', async (_what, body, field) => {
    const { browser } = await aSignedInUser(host)
    const before = await me(browser)
    const answer = await patch(browser, body)
    expect([answer.status, answer.body]).toMatchObject([
      422,
      { fields: { [field]: expect.any(String) as string } },
    ])
    expect(await me(browser)).toEqual(before)
  })
})

describe('a mailbox that sends letters back', () => {
  const mailbox = async (browser: Browser) => (await browser.get('/api/trpc/user.mailbox')).body
  const nothing = { result: { data: { returnedAt: null } } }

  test('is told of to its owner, until a letter arrives or the address is another', async () => {
    const { id, email, browser } = await aSignedInUser(host)
    expect(await mailbox(browser)).toEqual(nothing)
    const post = (status: 'bounced' | 'sent', toAddress = email) =>
      host.town.ownerDb
        .insertInto('emailOutbox')
        .values({ userId: id, toAddress, letter: 'new-device', status, requestId: 'a-test' })
        .execute()
    await post('bounced', 'an-earlier-address@example.com')
    expect(await mailbox(browser)).toEqual(nothing)
    await post('bounced')
    expect(await mailbox(browser)).toMatchObject({
      result: { data: { returnedAt: expect.any(String) as string } },
    })
    expect(await mailbox((await aSignedInUser(host)).browser)).toEqual(nothing)
    await post('sent')
    expect(await mailbox(browser)).toEqual(nothing)
  })
})
