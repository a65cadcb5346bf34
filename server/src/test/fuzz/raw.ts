import fc from 'fast-check'
import { who } from './asker.ts'
import type { Case } from './case.ts'
import { damage, damaged, often, pick } from './values.ts'

const HEAD = 'Host: {host}\r\nCookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\nUser-Agent: fuzz\r\n'
const LOGIN = '{"email":"known@example.com","password":"velvet-harbour-mango-42"}'
const SKELETONS = [
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.0\r\n${HEAD}\r\n`,
  `GET /api/auth/me HTTP/2.0\r\n${HEAD}\r\n`,
  `GET /api/auth/me\r\n`,
  'GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n',
  'GET /api/auth/me HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `BREW /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `get /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `CONNECT {host} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET http://{host}/api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Expect: 200-ok\r\nConnection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\n${HEAD.replaceAll('\r', '')}Connection: close\n\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD} folded: x\r\n\tmore\r\nConnection: close\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${LOGIN.length}\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nContent-Length: 6\r\nConnection: close\r\n\r\n${LOGIN}`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{"a":\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${LOGIN.length.toString(16)}\r\n${LOGIN}\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\nConnection: close\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nfffffffffffffffff\r\n{}`,
  `POST /api/trpc/auth.refresh HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}GET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `GET /api/health HTTP/1.1\r\n${HEAD}\r\nGET /api/auth/me HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\nGET /x HTTP/1.1\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}${'X-A: b\r\n'.repeat(2500)}Connection: close\r\n\r\n`,
  `GET /api/auth/me HTTP/1.1\r\n${HEAD}X-Long: ${'x'.repeat(20_000)}\r\nConnection: close\r\n\r\n`,
  `GET /api/auth/me?${'x'.repeat(20_000)} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`,
  `POST /api/auth/login HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 200000\r\nConnection: close\r\n\r\n${'x'.repeat(200_000)}`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\r\n\r\n\r\n',
  '\0\0\0\0',
]

export const rawCases: fc.Arbitrary<Case> = fc
  .record({
    who,
    raw: often(
      [2, pick(...SKELETONS)],
      [6, fc.tuple(pick(...SKELETONS), fc.array(damage, { minLength: 1, maxLength: 4 })).map(damaged)],
      [
        1,
        fc.string({
          unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
          maxLength: 200,
        }),
      ],
    ),
  })
  .map((rest): Case => ({ from: 'raw', token: 'good', method: '', path: '', headers: [], ...rest }))
