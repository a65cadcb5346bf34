import fc from 'fast-check'
import { ASKER, token, who } from './asker.ts'
import type { Case } from './case.ts'
import { oddHeader } from './headers.ts'
import { inputOf, type Operation, queryOf } from './operations.ts'
import { anything, damage, damaged, METHODS, often, pick } from './values.ts'

const PATHS = [
  '/api',
  '/api/',
  '/api//auth/me',
  '/api/auth/me/',
  '/API/auth/me',
  '/api/auth/%6de',
  '/api/auth/%zz',
  '/api/auth/%',
  '/api/auth/%00',
  '/api/auth/..%2fme',
  '/api/../health',
  '//evil.example/api',
  '/\\evil',
  '/api/trpc',
  '/api/trpc/',
  '/api/trpc/%',
  '/api/trpc/%E0%A4%A',
  '/health/',
  '/internal/health',
  '/internal',
  '/v1',
  '/v1/auth',
  '/api/__proto__',
  '/api/constructor',
  '/dev/inbox',
  '/dev/inbox.json',
  '/dev/inbox/x',
  '/docs/..%2f..%2fpackage.json',
  '/docs/docs.js',
  '/openapi.json',
  '/api/openapi.json',
  '/assets/x',
  '/assets/../index.html',
  '/api/auth/me;x',
  '/api/auth/me#x',
  '/api/auth/me?',
  '/api/auth/me?a[b]=1',
  '/api/auth/me?a=%',
  '/.env',
  '/.git/config',
  'api/auth/me',
  '*',
  'http://localhost/api/auth/me',
  'http://',
  'https://evil.example:99999/api/auth/me',
  '?',
  '/api/auth/me?__proto__=1',
]

export function restCases(operations: Operation[]): fc.Arbitrary<Case> {
  const usual = fc.oneof(
    ...operations.map((one) =>
      fc
        .record({
          ...ASKER,
          body: inputOf(one),
          asked: fc.oneof(fc.constant(''), queryOf(one)),
        })
        .map(({ asked, body, ...rest }): Case => ({
          from: 'rest',
          ...rest,
          method: one.method,
          path: one.path + (one.method === 'GET' ? asked : ''),
          ...(one.method !== 'GET' && { body }),
        })),
    ),
  )
  const odd = fc
    .record({
      ...ASKER,
      method: pick(...METHODS),
      path: fc.oneof(
        pick(...PATHS),
        fc
          .tuple(pick(...operations.map(({ path }) => path)), fc.array(damage, { maxLength: 2 }))
          .map(damaged),
      ),
      body: anything,
      bodied: fc.boolean(),
    })
    .map(({ bodied, body, path, ...rest }): Case => ({
      from: 'rest',
      ...rest,
      path: path.replace(/[\s\0]/g, '') || '/api',
      ...(bodied && { body }),
    }))
  return often([8, usual], [2, odd])
}

/** One odd header on every route there is. */
export const headerCases = (operations: Operation[]): fc.Arbitrary<Case> =>
  fc
    .record({
      who,
      token,
      route: pick(
        ...operations.map(({ method, path }) => ({ method, path })),
        { method: 'GET', path: '/api/trpc/user.me' },
        { method: 'POST', path: '/api/trpc/auth.refresh' },
        { method: 'GET', path: '/health' },
        { method: 'GET', path: '/internal/health' },
      ),
      headers: fc.tuple(oddHeader),
      body: pick('{}', '{"email":"known@example.com","password":"x"}'),
    })
    .map(({ route, body, ...rest }): Case => ({
      from: 'header',
      ...rest,
      ...route,
      ...(route.method !== 'GET' && { body }),
    }))
