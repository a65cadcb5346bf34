import type { SampleName } from '../edge/samples.ts'

/**
 * What becomes of a request, one a line: `METHOD URL   fate`. SITE, WWW, ADMIN, JOBS, DB and BOARD are our names, and
 * what stands in brackets is said of whoever asks. A fate is in the words of `inShort`.
 */
const OVER_TLS = String.raw`
  GET https://SITE/                                              app, 3 tries
  HEAD https://SITE/                                             app, 3 tries
  GET https://SITE                                               app, 3 tries
  GET https://SITE/login                                         app, 3 tries
  GET https://SITE/assets/index-4f2a.js                          app, 3 tries
  GET https://SITE/dashboard?next=/internal/health               app, 3 tries
  OPTIONS https://SITE/login                                     app, 3 tries
  POST https://SITE/login                                        app, 1 try
  DELETE https://SITE/                                           app, 1 try
  TRACE https://SITE/                                            app, 1 try
  GET https://SITE/turnstile.html                                app, 1 try
  GET https://SITE/developers                                    app, 3 tries
  GET https://SITE/healthy-habits                                app, 3 tries
  GET https://SITE/Internal/health                               app, 3 tries

  GET https://SITE/api/health                                    app, 3 tries
  GET https://SITE/api/auth/me                                   app, 3 tries
  GET https://SITE/api/trpc/user.me                              app, 3 tries
  OPTIONS https://SITE/api/auth/login                            app, 3 tries
  POST https://SITE/api/auth/login                               app, 1 try
  POST https://SITE/api/trpc/auth.login?batch=1                  app, 1 try
  PATCH https://SITE/api/users/me                                app, 1 try
  PUT https://SITE/api/users/me                                  app, 1 try
  DELETE https://SITE/api/users/me                               app, 1 try
  POST https://SITE/v1/auth/login                                app, 1 try
  GET https://SITE/v1/auth/me                                    app, 3 tries
  GET https://SITE/api                                           app, 3 tries
  POST https://SITE/api/auth/login  [large]                      413 body-limit
  POST https://SITE/anything  [large]                            413 body-limit

  GET https://SITE/internal                                      404 refuse
  GET https://SITE/internal/health                               404 refuse
  POST https://SITE/internal/health                              404 refuse
  GET https://SITE/internal;x/health                             404 refuse
  GET https://SITE/metrics                                       404 refuse
  GET https://SITE/metrics/                                      404 refuse
  GET https://SITE/health                                        404 refuse
  GET https://SITE/health/live                                   404 refuse
  GET https://SITE/dev/inbox                                     404 refuse
  GET https://SITE/dev/inbox.json                                404 refuse
  GET https://SITE/metrics  [inside]                             404 refuse
  GET https://WWW/internal/health                                404 refuse
  GET https://WWW/metrics                                        404 refuse

  GET https://SITE//internal/health                              404 refuse
  GET https://SITE/./internal/health                             404 refuse
  GET https://SITE/api/../internal/health                        404 refuse
  GET https://SITE/api/%2e%2e/internal/health                    404 refuse
  GET https://SITE/api/.%2E/metrics                              404 refuse
  GET https://SITE/%69nternal/health                             404 refuse
  GET https://SITE/%6d%65trics                                   404 refuse
  GET https://SITE/assets/../../../metrics                       404 refuse
  GET https://SITE/internal%2Fhealth|                            404 refuse
  GET https://SITE/internal%2Fhealth                             400 %2F
  GET https://SITE/api/..%2finternal/health                      400 %2F
  GET https://SITE/api%2f..%2finternal                           400 %2F
  GET https://SITE/api/..%5cinternal                             400 %5C
  GET https://SITE/api\..\internal                               400 %5C
  GET https://SITE/a%00b                                         400 %00
  GET https://SITE/a%3bb                                         400 %3B
  GET https://SITE/%252finternal                                 400 %25
  GET https://SITE/a%3Fb                                         400 %3F
  GET https://SITE/a%23b                                         400 %23
  GET https://SITE/a#b                                           400 a fragment
  GET https://SITE/a%zz                                          400 a percent sign that encodes nothing
  GET https://SITE/caf%c3%a9                                     app, 3 tries
  GET https://SITE/a%20b                                         app, 3 tries
  GET https://SITE/search?q=%2F%00%25                            app, 3 tries
  POST https://SITE/api/auth/login  [underscore]                 400 underscoreHeadersStrategy

  GET https://ADMIN/admin  [inside, known]                       app, 1 try
  GET https://ADMIN/admin/  [inside, known]                      app, 1 try
  GET https://ADMIN/admin/users  [inside, known]                 app, 1 try
  GET https://ADMIN/assets/index-4f2a.js  [inside, known]        app, 1 try
  GET https://ADMIN/admin  [inside]                              401 admin-auth
  GET https://ADMIN/admin                                        403 admin-allowlist
  GET https://ADMIN/admin  [known]                               403 admin-allowlist
  GET https://ADMIN/assets/index-4f2a.js                         403 admin-allowlist
  GET https://ADMIN/  [inside, known]                            404 refuse
  GET https://ADMIN/login  [inside, known]                       404 refuse
  GET https://ADMIN/administrator  [inside, known]               404 refuse
  GET https://ADMIN/assets  [inside, known]                      404 refuse
  GET https://ADMIN/api/health  [inside, known]                  404 refuse
  POST https://ADMIN/api/trpc/admin.users  [inside, known]       404 refuse
  GET https://ADMIN/v1/auth/me  [inside, known]                  404 refuse
  GET https://ADMIN/internal/health  [inside, known]             404 refuse
  GET https://ADMIN/metrics  [inside, known]                     404 refuse
  GET https://ADMIN/dev/inbox  [inside, known]                   404 refuse
  GET https://ADMIN/admin/../api/health  [inside, known]         404 refuse
  GET https://ADMIN/admin/../internal/health  [inside, known]    404 refuse
  GET https://ADMIN/admin/..%2fmetrics  [inside, known]          400 %2F
  GET https://ADMIN/assets/%2e%2e/metrics  [inside, known]       404 refuse
`

/** Names, ports and spellings. The app looks once more, and has 421 for the odd ones. */
const BY_NAME = String.raw`
  GET https://SITE:443/api/health                                app, 3 tries
  GET https://SITE:8443/api/health                               app, 3 tries
  GET https://SITE./api/health  [sni SITE]                       app, 3 tries
  GET https://SITE:x/api/health                                  app, 3 tries
  GET https://UPPER/api/health                                   app, 3 tries
  GET https://UPPER/metrics                                      404 refuse
  GET https://SITE./metrics  [sni SITE]                          404 refuse
  GET https://SITE:443/metrics                                   404 refuse
  GET https://other.example.net/  [sni SITE]                     404 no router
  GET https://server-a/  [sni SITE]                              404 no router
  GET https://127.0.0.1/internal/health  [sni SITE]              404 no router
  GET https:///  [sni SITE]                                      404 no router
  GET https://SITE.other.example.net/  [sni SITE]                404 no router
  GET https://xSITE/  [sni SITE]                                 404 no router
  GET https://SITE@other.example.net/  [sni SITE]                404 no router
  GET https://ADMIN/admin  [sni SITE, inside, known]             app, 1 try
`

/** Port 80, where nothing is served but the word of whoever makes certificates. */
const IN_PLAIN = String.raw`
  GET http://SITE/                                               301 https://SITE/
  HEAD http://SITE/                                              308 https://SITE/
  GET http://SITE/login?next=%2Fa                                301 https://SITE/login?next=%2Fa
  GET http://SITE:80/login                                       301 https://SITE/login
  POST http://SITE/login                                         308 https://SITE/login
  GET http://WWW/login?a=b                                       301 https://SITE/login?a=b
  GET http://SITE/api/health                                     403 refuse-plain
  POST http://SITE/api/auth/login                                403 refuse-plain
  GET http://SITE/v1/auth/me                                     403 refuse-plain
  POST http://WWW/api/auth/login                                 403 refuse-plain
  OPTIONS http://SITE/api/auth/login                             403 refuse-plain
  GET http://SITE/x/../api/health                                403 refuse-plain
  GET http://SITE/%61pi/health                                   403 refuse-plain
  GET http://SITE/internal/health                                404 refuse
  GET http://SITE/metrics                                        404 refuse
  GET http://WWW/metrics                                         404 refuse
  GET http://SITE/internal%2fhealth                              400 %2F
  GET http://SITE/.well-known/acme-challenge/abc                 acme-http@internal, 1 try
  GET http://other.example.net/.well-known/acme-challenge/abc    acme-http@internal, 1 try
  GET http://ADMIN/admin                                         301 https://ADMIN/admin
  GET http://ADMIN/                                              404 refuse
  GET http://ADMIN/api/health                                    404 refuse
  GET http://ADMIN/metrics                                       404 refuse
  GET http://other.example.net/                                  404 no router
  GET http://192.0.2.1/                                          404 no router
  GET http:///                                                   404 no router
  GET https://WWW/                                               301 https://SITE/
  GET https://WWW/login?a=b                                      301 https://SITE/login?a=b
  POST https://WWW/api/auth/login                                308 https://SITE/api/auth/login
  GET https://WWW:443/x                                          301 https://SITE/x
  GET https://other.example.net/                                 no handshake
  GET https://192.0.2.1/                                         no handshake
  GET https://jobs.other.example.net/                            no handshake
`

const ONLY_STAGING = String.raw`
  GET https://SITE/docs                                          app, 3 tries
  GET https://JOBS/  [inside, known]                             jobs-ui, 1 try
  GET https://JOBS/  [inside]                                    401 ops-auth
  GET https://JOBS/                                              403 ops-allowlist
  GET https://JOBS/  [known]                                     403 ops-allowlist
  GET https://DB/  [inside, known]                               db-ui, 1 try
  GET https://DB/                                                403 ops-allowlist
  GET https://BOARD/dashboard/  [inside, known]                  api@internal, 1 try
  GET https://BOARD/api/rawdata                                  403 ops-allowlist
  GET https://BOARD/api/rawdata  [inside]                        401 ops-auth
  GET http://JOBS/                                               404 no router
  GET http://BOARD/dashboard/                                    404 no router
`

const ONLY_PROD = String.raw`
  GET https://SITE/docs                                          404 refuse
  GET https://SITE/docs/docs.js                                  404 refuse
  GET https://JOBS/  [inside, known]                             no handshake
  GET https://BOARD/dashboard/  [inside, known]                  no handshake
  GET https://JOBS/  [inside, known, sni SITE]                   404 no router
  GET https://BOARD/api/rawdata  [inside, known, sni SITE]       404 no router
  GET http://DB/  [inside, known]                                404 no router
`

/** Everything is served as it comes, by the same routers. */
const ONLY_LOCAL = String.raw`
  GET http://SITE/                                               app, 3 tries
  GET http://SITE/api/health                                     app, 3 tries
  POST http://SITE/api/auth/login                                app, 1 try
  GET http://SITE/docs                                           app, 3 tries
  GET http://SITE/internal/health                                404 refuse
  GET http://SITE/metrics                                        404 refuse
  GET http://SITE/dev/inbox                                      404 refuse
  GET http://WWW/login                                           301 http://SITE/login
  GET https://WWW/login                                          301 https://SITE/login
  GET http://ADMIN/admin  [inside, known]                        app, 1 try
  GET http://ADMIN/admin                                         403 admin-allowlist
  GET http://ADMIN/api/health  [inside, known]                   404 refuse
  GET http://SITE/.well-known/acme-challenge/abc                 app, 3 tries
  GET http://other.example.net/                                  404 no router
  GET https://other.example.net/                                 404 no router
  GET https://SITE/internal%2fhealth                             400 %2F
`

export const TABLES: Record<SampleName, string[]> = {
  local: [OVER_TLS, ONLY_LOCAL],
  staging: [OVER_TLS, BY_NAME, IN_PLAIN, ONLY_STAGING],
  prod: [OVER_TLS, BY_NAME, IN_PLAIN, ONLY_PROD],
}
