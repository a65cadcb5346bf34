import { sentenceOf } from '@latchkey/shared/errors'
import { afterEach, expect, test, vi } from 'vitest'
import { api, gateway, REQUEST_ID, refuse } from '../test/api.ts'
import { isPassing, problemOf, type Problem } from './api-error.ts'
import { createApi } from './trpc.ts'

afterEach(() => vi.restoreAllMocks())

async function problemAfter(arrange: () => void): Promise<Problem> {
  arrange()
  const thrown: unknown = await createApi()
    .auth.login.mutate({ email: 'uma@example.com', password: 'x' })
    .catch((error: unknown) => error)
  return problemOf(thrown)
}

test('a refusal keeps its code and its sentence', async () => {
  const problem = await problemAfter(() => api.on('auth.login', () => refuse('INVALID_CREDENTIALS')))
  expect(problem).toMatchObject({
    code: 'INVALID_CREDENTIALS',
    message: sentenceOf('INVALID_CREDENTIALS'),
    fields: {},
  })
})

test('fields point at inputs, and the underscore speaks for the whole form', async () => {
  const fields = { email: 'Not this one.', _: 'Too many things at once.' }
  const problem = await problemAfter(() =>
    api.on('auth.login', () => refuse('VALIDATION_FAILED', { fields })),
  )
  expect(problem).toMatchObject({
    fields: { email: 'Not this one.' },
    message: 'Too many things at once.',
    general: true,
  })
})

test('fields alone leave nothing for the banner to add', async () => {
  const fields = { email: 'Not this one.' }
  const problem = await problemAfter(() =>
    api.on('auth.login', () => refuse('VALIDATION_FAILED', { fields })),
  )
  expect(problem.general).toBe(false)
})

test('our own fault can be reported by its request id, a wrong password need not be', async () => {
  const ours = await problemAfter(() => api.on('auth.login', () => refuse('INTERNAL')))
  expect(ours.requestId).toBe(REQUEST_ID)
  const theirs = await problemAfter(() => api.on('auth.login', () => refuse('INVALID_CREDENTIALS')))
  expect(theirs.requestId).toBeUndefined()
})

test('a longer wait is said', async () => {
  const soon = await problemAfter(() => api.on('auth.login', () => refuse('BUSY', { retryAfter: 2 })))
  expect(soon.message).toBe(sentenceOf('BUSY'))
  const later = await problemAfter(() => api.on('auth.login', () => refuse('BUSY', { retryAfter: 40 })))
  expect(later.message).toBe(`${sentenceOf('BUSY')} You can try again in 40 seconds.`)
  const muchLater = await problemAfter(() => api.on('auth.login', () => refuse('BUSY', { retryAfter: 290 })))
  expect(muchLater.message).toMatch(/in 5 minutes\.$/)
})

test('a code of a newer server is shown in its own words', async () => {
  const problem = await problemAfter(() => api.on('auth.login', () => refuse('FROM_TOMORROW')))
  expect(problem).toMatchObject({
    code: 'INTERNAL',
    message: 'Something that this client has never heard of.',
  })
})

test('a proxy without its server is told apart from no connection', async () => {
  const proxy = await problemAfter(() => api.on('auth.login', gateway))
  expect(proxy).toMatchObject({ code: 'UNREACHABLE', requestId: REQUEST_ID })
  expect(proxy.message).toMatch(/not ready/)
  const nobody = await problemAfter(() => api.on('auth.login', () => Response.error()))
  expect(nobody).toMatchObject({ code: 'UNREACHABLE', requestId: undefined })
  expect(nobody.message).toMatch(/cannot reach the server/)
})

test('being offline is said as such', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  const problem = await problemAfter(() => api.on('auth.login', () => Response.error()))
  expect(problem.message).toMatch(/offline/)
})

test('a fault of the page itself says nothing of what it was', () => {
  expect(problemOf(new TypeError('x is undefined'))).toMatchObject({
    code: 'INTERNAL',
    message: sentenceOf('INTERNAL'),
  })
  expect(isPassing(new TypeError('x is undefined'))).toBe(false)
})
