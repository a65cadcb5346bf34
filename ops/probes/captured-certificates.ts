import { posix } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Captures } from './captured.ts'
import type { CertificateSettings } from './hands.ts'

/** Who names none asks for certificates that browsers believe. */
const THE_REAL_ONE = 'whatever Traefik takes by itself'

const fixed = z.looseObject({
  certificatesResolvers: z
    .record(
      z.string(),
      z.looseObject({
        acme: z.looseObject({
          caServer: z.string().default(THE_REAL_ONE),
          email: z.string().default(''),
          storage: z.string().default('acme.json'),
        }),
      }),
    )
    .default({}),
})

/** What Traefik was told about certificates, and who may read those it got, by what was captured of its host. */
export function certificatesIn(
  captures: Pick<Captures, 'edge/traefik-static.yml' | 'edge/traefik-ls.txt'>,
  environment: CertificateSettings['environment'],
): CertificateSettings | undefined {
  const told = captures['edge/traefik-static.yml']
  const listed = captures['edge/traefik-ls.txt']
  if (!('text' in told)) return undefined
  const { certificatesResolvers: resolvers } = fixed.parse(parse(told.text))
  return {
    environment,
    resolvers: Object.entries(resolvers).map(([name, { acme }]) => ({
      ...{ name, directory: acme.caServer, email: acme.email },
      storageMode: 'text' in listed ? modeIn(listed.text, acme.storage) : undefined,
    })),
  }
}

/** Of a file, by `ls -la -R`: nothing where it is not there yet. */
function modeIn(listing: string, file: string): number | undefined {
  const { dir, base } = posix.parse(file)
  const [, lines = ''] = `\n\n${listing}`.split(`\n${dir}:\n`)
  const [here = ''] = lines.split('\n\n')
  const line = here.split('\n').find((one) => one.endsWith(` ${base}`))
  if (line === undefined) return undefined
  const bits = [...line.slice(1, 10)].map((letter) => (letter === '-' ? '0' : '1'))
  return parseInt(bits.join(''), 2)
}
