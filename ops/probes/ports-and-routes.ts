import { parseCompose } from '../checks/compose-file.ts'
import {
  type Captured,
  CAPTURED,
  type CapturedFile,
  type Captures,
  contentOf,
  splitFiles,
} from './captured.ts'
import { wrongRoutes } from './edge-routes.ts'
import { type Finding, judge, notChecked } from './finding.ts'
import type { Probe } from './probe.ts'
import { EDGE, openContainers, openServices, readContainers } from './published-ports.ts'

export const portsAndRoutes: Probe = {
  name: 'portsAndRoutes',
  file: 'edge/ports-and-routes.json',
  question: 'Is the edge all that is published, and does no way through it lead to what is inner?',
  next: 'look at edge/compose-ps.txt and edge/traefik-dynamic.yml; npm run edge -- --ask says what becomes of a request',
  async ask({ captures }) {
    if (!captures) return notChecked('Needs the host itself: a deploy captures what runs there.')
    const taken = await captures()
    const { facts, ...finding } = judgeCaptures((file) => taken[file])
    const files = Object.fromEntries(CAPTURED.map((file) => [file, contentOf(file, taken[file])]))
    return { ...finding, facts: { ...facts, notCaptured: notTakenOf(taken) }, files }
  },
}

const notTakenOf = (taken: Captures) =>
  Object.fromEntries(
    Object.entries(taken).flatMap(([file, captured]) =>
      'because' in captured ? [[file, captured.because]] : [],
    ),
  )

const PORTS = ['edge/compose-ps.txt', 'edge/compose-config.yaml'] as const
const ROUTES = ['edge/traefik-static.yml', 'edge/traefik-dynamic.yml'] as const

/** From what was captured, now or by an earlier run. */
export function judgeCaptures(find: (file: CapturedFile) => Captured): Finding {
  const textOf = (file: CapturedFile): string | undefined => {
    const found = find(file)
    return 'text' in found ? found.text : undefined
  }
  const [table, config] = PORTS.map(textOf)
  const [fixed, watched] = ROUTES.map(textOf)
  const containers = readContainers(table ?? '')
  const read = config === undefined ? undefined : parseCompose(config, PORTS[1])
  const compose = read && 'compose' in read ? read.compose : undefined
  const hasEdge = containers.some(({ service }) => service === EDGE) || EDGE in (compose?.services ?? {})
  const routes = splitFiles(watched ?? '')
  const facts = {
    containers,
    edge: hasEdge ? EDGE : 'another',
    routeFiles: routes.map(({ path }) => path),
  }
  const wrong = [
    ...openContainers(containers),
    ...(read && 'findings' in read ? read.findings.map(({ what }) => `${PORTS[1]} ${what}`) : []),
    ...(compose ? openServices(compose) : []),
    ...(hasEdge && compose && fixed && watched ? wrongRoutes(fixed, routes, compose) : []),
  ]
  const lacking = [...PORTS, ...(hasEdge ? ROUTES : [])].filter((file) => textOf(file) === undefined)
  if (wrong.length > 0) return judge(wrong, '', facts)
  if (lacking.length > 0) return notChecked(`It lacks ${lacking.join(', ')}.`, facts)
  if (!hasEdge)
    return notChecked(
      'What is inner publishes nothing; the edge is not Traefik, and its routes are not known.',
      facts,
    )
  return judge(
    [],
    'Only the edge is published, and its routes lead to the servers alone, counted and over TLS.',
    facts,
  )
}
