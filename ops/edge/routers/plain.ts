import { adminHostOf, siteOf, wwwOf } from '../names.ts'
import { allOf, anyOf, host } from '../rules.ts'
import type { EdgeSettings } from '../settings.ts'
import { ADMIN, answeredWith, API, FIRST, insideOf, NOWHERE, type Routers } from './words.ts'

/** Port 80. Pages are sent to https; a program that speaks plain has lost its password already and is told so. */
export function plainRouters(settings: EdgeSettings): Routers {
  const entryPoints = ['web']
  const [site, www, admin] = [siteOf(settings), wwwOf(settings), adminHostOf(settings)]
  const answered = answeredWith(settings)
  const plain = { entryPoints, service: NOWHERE }
  const ours = anyOf([host(site), host(www)])
  return {
    'plain-inside': {
      ...plain,
      rule: allOf(ours, insideOf(settings)),
      priority: FIRST.inside,
      middlewares: [...answered, 'refuse'],
    },
    'plain-api': {
      ...plain,
      rule: allOf(ours, API),
      priority: FIRST.api,
      middlewares: [...answered, 'refuse-plain'],
    },
    'plain-www': {
      ...plain,
      rule: host(www),
      priority: FIRST.pages,
      middlewares: [...answered, 'to-bare-name'],
    },
    'plain-pages': {
      ...plain,
      rule: host(site),
      priority: FIRST.pages,
      middlewares: [...answered, 'redirect-to-https'],
    },
    ...(admin && {
      'plain-admin': {
        ...plain,
        rule: allOf(host(admin), ADMIN),
        priority: FIRST.guarded,
        middlewares: [...answered, 'redirect-to-https'],
      },
      'plain-admin-rest': {
        ...plain,
        rule: host(admin),
        priority: FIRST.rest,
        middlewares: [...answered, 'refuse'],
      },
    }),
  }
}
