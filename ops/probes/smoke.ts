import { notCaptured } from './captured.ts'
import { fail, judge } from './finding.ts'
import type { Probe } from './probe.ts'
import { type Answer, oneOf, type Site } from './site.ts'

/** What must not be met by whoever asks from outside. */
const INSIDE = ['/internal/health', '/health', '/metrics']
const NOWHERE = ['/.git/config', '/.env', '/package.json', '/assets/index.js.map', '/server/src/main.ts']

export const smoke: Probe = {
  name: 'smoke',
  file: 'meta/smoke.json',
  question: 'Does the product stand: the page and all it names, health, and a closed door?',
  next: 'open the address in a browser; read the log of the server and of the edge',
  async ask({ site, hasEdge }) {
    const page = await site.ask('/', { headers: { accept: 'text/html' } }).catch(asError)
    const health = await site.ask('/api/health').catch(asError)
    const files = { 'edge/curl-root.txt': headOf(page), 'edge/curl-api.txt': headOf(health) }
    if (page instanceof Error) return fail(`${page.message}.`, {}, { files })
    if (health instanceof Error) return fail(`${health.message}.`, {}, { files })
    const assets = await loadAssets(site, page)
    const me = await site.ask('/api/auth/me')
    const closed = []
    for (const path of [...(hasEdge ? INSIDE : []), ...NOWHERE])
      closed.push({ path, status: (await site.ask(path)).status })
    return judge(
      [
        ...(page.status === 200 && /<div id="root">/.test(page.text)
          ? []
          : [`/ answered ${page.status}${page.status === 200 ? ' without the app’s shell' : ''}`]),
        ...(assets.length > 0 ? [] : ['the page names no script and no style of ours']),
        ...assets.filter(({ fault }) => fault).map(({ path, fault }) => `${path}: ${fault}`),
        ...(health.status === 200 ? [] : [`/api/health answered ${health.status}`]),
        ...(me.status === 401 ? [] : [`/api/auth/me answered ${me.status} to a stranger`]),
        ...closed
          .filter(({ status }) => status < 400)
          .map(({ path, status }) => `${path} answered ${status}`),
      ],
      `The page, its ${assets.length} files and the API stand${hasEdge ? '' : '; there is no edge here to look through'}.`,
      { page: page.status, assets, health: health.status, me: me.status, closed, hasEdge },
      { files: { ...files, 'edge/curl-api.txt': headOf(health) + health.text } },
    )
  },
}

/** Scripts, styles and icons that the page names, as a browser would load them. */
async function loadAssets(site: Site, page: Answer) {
  const named = [...page.text.matchAll(/<(?:script|link)\b[^>]*?\s(?:src|href)="(\/[^"/][^"]*)"/g)]
  const assets = []
  for (const path of new Set(named.map(([, path = '']) => path))) {
    const answer = await site.ask(path)
    assets.push({ path, status: answer.status, bytes: answer.text.length, fault: faultOf(path, answer) })
  }
  return assets
}

function faultOf(path: string, { status, headers, text }: Answer): string | undefined {
  if (status !== 200) return `answered ${status}`
  if (text.length === 0) return 'is empty'
  const isFingerprinted = path.startsWith('/assets/')
  const caching = oneOf(headers['cache-control']) ?? ''
  if (isFingerprinted && !caching.includes('immutable')) return 'may not be kept by browsers'
  return oneOf(headers['content-type'])?.startsWith('text/html') ? 'is a page, not a file' : undefined
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

function headOf(answer: Answer | Error): string {
  if (answer instanceof Error) return notCaptured(answer.message)
  return [
    `HTTP ${answer.status}`,
    ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`),
    '',
    '',
  ].join('\n')
}
