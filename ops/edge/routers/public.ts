import { siteOf, wwwOf } from '../names.ts'
import { allOf, anyOf, host, path } from '../rules.ts'
import type { EdgeSettings } from '../settings.ts'
import { answeredWith, API, APP, FIRST, insideOf, NOWHERE, READS, type Routers, type Way } from './words.ts'

/** The site and its API. */
export function publicRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
  const [site, www] = [siteOf(settings), wwwOf(settings)]
  const rest = { entryPoints, ...tlsFor([site, www]) }
  const answered = answeredWith(settings)
  const entered = ['drop-claims', ...answered]
  const app = { ...rest, service: APP }
  return {
    inside: {
      ...rest,
      rule: allOf(anyOf([host(site), host(www)]), insideOf(settings)),
      priority: FIRST.inside,
      middlewares: [...answered, 'refuse'],
      service: NOWHERE,
    },
    'api-reads': {
      ...app,
      rule: allOf(host(site), API, READS),
      priority: FIRST.apiReads,
      middlewares: [...entered, 'rate-limit', 'retry-reads'],
    },
    api: {
      ...app,
      rule: allOf(host(site), API),
      priority: FIRST.api,
      middlewares: [...entered, 'rate-limit', 'body-limit'],
    },
    'web-framed': {
      ...app,
      rule: allOf(host(site), path('/turnstile.html')),
      priority: FIRST.framed,
      middlewares: ['drop-claims', 'security-headers-framed'],
    },
    'web-reads': {
      ...app,
      rule: allOf(host(site), READS),
      priority: FIRST.reads,
      middlewares: [...entered, 'retry-reads'],
    },
    web: { ...app, rule: host(site), priority: FIRST.pages, middlewares: [...entered, 'body-limit'] },
    www: {
      ...rest,
      rule: host(www),
      priority: FIRST.pages,
      middlewares: [...answered, 'to-bare-name'],
      service: NOWHERE,
    },
  }
}
