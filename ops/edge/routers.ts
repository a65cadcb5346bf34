import { certificatesOf } from './certificates.ts'
import type { Router } from './configuration.ts'
import { adminRouters, toolRouters } from './routers/guarded.ts'
import { plainRouters } from './routers/plain.ts'
import { publicRouters } from './routers/public.ts'
import type { Routers, Way } from './routers/words.ts'
import type { EdgeSettings } from './settings.ts'

/** Every way in. What fits none of them is answered 404 by Traefik itself. */
export function routersOf(settings: EdgeSettings, typedHost?: string): Routers {
  const way = wayOf(settings, typedHost)
  const routers = {
    ...publicRouters(settings, way),
    ...adminRouters(settings, way),
    ...toolRouters(settings, way),
    ...(settings.env !== 'local' && plainRouters(settings)),
  }
  return Object.fromEntries(Object.entries(routers).map(([name, router]) => [name, inReadingOrder(router)]))
}

const inReadingOrder = ({ entryPoints, rule, middlewares, service, ...rest }: Router): Router => ({
  entryPoints,
  rule,
  middlewares,
  service,
  ...rest,
})

/** Locally everything is served as it comes; elsewhere over TLS alone, with one certificate for each set of names. */
function wayOf(settings: EdgeSettings, typedHost?: string): Way {
  const certificates = certificatesOf(settings, typedHost)
  if (!certificates) return { entryPoints: ['web', 'websecure'], tlsFor: () => ({}) }
  return {
    entryPoints: ['websecure'],
    tlsFor: ([main = '', ...sans]) => ({
      tls: { certResolver: certificates.name, domains: [{ main, ...(sans.length > 0 && { sans }) }] },
    }),
  }
}
