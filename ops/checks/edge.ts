import type { Edge } from '../edge/configuration.ts'
import { adminHostOf, siteOf, toolHostOf, wwwOf } from '../edge/names.ts'
import { fateOf, type Fate } from '../edge/reader/fate.ts'
import { readFiles } from '../edge/reader/files.ts'
import { readAsked } from '../edge/reader/request.ts'
import { readRule } from '../edge/reader/rule.ts'
import { edgeOf, filesOf } from '../edge/render.ts'
import { servicesOf } from '../edge/services.ts'
import { type EdgeSettings, toolsOf } from '../edge/settings.ts'
import { doubtful, type Finding, wrong } from './finding.ts'

/** What Traefik would do with the files that a deploy would give it (R28). A stranger asks; nothing is started. */
export function edgeFindings(settings: EdgeSettings, where: string): Finding[] {
  try {
    return judgedEdge(readFiles(filesOf(edgeOf(settings))), settings)
  } catch (error) {
    const [what = '', ...more] = (error as Error).message.split('\n')
    return [
      wrong(
        'traefik',
        [what, ...more.slice(0, -1)].join(' '),
        `mend it in ${where}; docs/EDGE.md explains it`,
      ),
    ]
  }
}

/** A tool of the operator's is a container that they bring: without it its host has a name and a certificate, and a 502. */
export function nobodyFindings(
  settings: EdgeSettings,
  { there, where }: { there: ReadonlySet<string>; where: string },
): Finding[] {
  const behind = Object.values(servicesOf(settings)).flatMap(({ loadBalancer }) => loadBalancer.servers)
  return behind
    .map(({ url }) => new URL(url).hostname)
    .filter((name) => !there.has(name))
    .map((name) =>
      doubtful({
        where,
        what: `the edge leads to ${name}, and no compose file has such a service`,
        next: `add ${name} in a file of your own (COMPOSE_FILE), or take its label away`,
      }),
    )
}

export function judgedEdge(edge: Edge, settings: EdgeSettings): Finding[] {
  const wholeness = wholenessFindings(edge)
  if (wholeness.length > 0) return wholeness
  return expectationsOf(settings).flatMap(([line, expected]) => {
    const found = fateFor(edge, line)
    if (expected.test(found)) return []
    return [
      wrong('traefik', `${line}: ${found}`, `npm run edge -- --ask '${line}'; docs/EDGE.md has the table`),
    ]
  })
}

/** A router that names what is not there is forgotten by Traefik, and its requests go to another one. */
function wholenessFindings({ moving: { http }, fixed }: Edge): Finding[] {
  return Object.entries(http.routers).flatMap(([name, router]) => {
    const missing = [
      ...router.middlewares.filter((one) => !(one in http.middlewares)),
      ...router.entryPoints.filter((one) => !(one in fixed.entryPoints)),
      ...[router.service].filter((one) => !one.endsWith('@internal') && !(one in http.services)),
    ]
    return [
      ...missing.map((one) => wrong('traefik', `the router ${name} names ${one}, which is not there`, MEND)),
      ...ruleFindings(name, router.rule),
    ]
  })
}
const MEND = 'mend ops/edge/, then npm run vitest -- --project ops edge'

function ruleFindings(name: string, rule: string): Finding[] {
  try {
    readRule(rule)
    return []
  } catch (error) {
    return [wrong('traefik', `the rule of ${name} cannot be read: ${(error as Error).message}`, MEND)]
  }
}

type Expectation = [line: string, expected: RegExp]
const TO_APP = /^served by app$/
const REFUSED = /^(refused|no handshake)/

/** Who asks for what, and what has to come of it. */
function expectationsOf(settings: EdgeSettings): Expectation[] {
  const [site, www, admin] = [siteOf(settings), wwwOf(settings), adminHostOf(settings)]
  return [
    [`GET https://${site}/`, TO_APP],
    [`POST https://${site}/api/auth/login`, TO_APP],
    [`GET https://${site}/v1/auth/me`, TO_APP],
    [`GET https://${site}/internal/health`, REFUSED],
    [`GET https://${site}/metrics`, REFUSED],
    [`GET http://${site}/`, /^redirect to https:/],
    [`POST http://${site}/api/auth/login`, REFUSED],
    [`GET https://${www}/`, /^redirect to https:/],
    [`GET https://nobody.${site}/`, REFUSED],
    ...(admin ? ['/', '/admin', '/api/users/me', '/internal/health'] : []).map((path): Expectation => [
      `GET https://${admin}${path}`,
      REFUSED,
    ]),
    ...toolsOf(settings).map((tool): Expectation => [`GET https://${toolHostOf(settings, tool)}/`, REFUSED]),
  ]
}

function fateFor(edge: Edge, line: string): string {
  try {
    return inWords(fateOf(edge, readAsked(line)))
  } catch (error) {
    return (error as Error).message
  }
}

function inWords(fate: Fate): string {
  if (fate.kind === 'served') return `served by ${fate.service}`
  if (fate.kind === 'redirect') return `redirect to ${fate.to}`
  return fate.kind === 'refused' ? `refused with ${fate.status}` : 'no handshake'
}
