import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Cloudflare's Turnstile as far as we speak with it: the script, its widget, and the question whether a token is good. */
export type FakeTurnstile = {
  url: string
  settings: { TURNSTILE_SITE_KEY: string; TURNSTILE_SECRET_KEY: string; TURNSTILE_URL: string }
  /** What a person's browser is given. */
  tokenFor(claims: Claims): string
  /** How often it was asked about a token. */
  asked(): number
  behave(manner: Manner): void
  close(): Promise<void>
}
export type Claims = { action: string; cdata: string; hostname?: string; challenge_ts?: string }
export type Manner =
  | 'well'
  | 'never spends'
  | 'says no to all'
  | 'hangs'
  | 'fails'
  | 'speaks HTML'
  | 'says "true"'
  | 'sends elsewhere'
  | 'knows no secret'
  | 'is gone'

const SITE_KEY = 'site-key-of-the-fake'
const SECRET = 'secret-of-the-fake'

export async function openFakeTurnstile({ port = 0 } = {}): Promise<FakeTurnstile> {
  const tokens = new Map<string, Claims>()
  let manner: Manner = 'well'
  let count = 0

  const tokenFor = (claims: Claims): string => {
    const token = `0.${randomUUID()}.${randomUUID()}`
    tokens.set(token, { hostname: 'localhost', challenge_ts: new Date().toISOString(), ...claims })
    return token
  }

  const MANNERS: Record<Manner, (res: ServerResponse, asked: URLSearchParams) => void> = {
    well: (res, asked) => json(res, judge(asked)),
    'never spends': (res, asked) => json(res, judge(asked)),
    'says no to all': (res, asked) => json(res, { ...judge(asked), success: false }),
    hangs: () => {},
    fails: (res) => void res.writeHead(500).end('oh no'),
    'speaks HTML': (res) => void res.setHeader('content-type', 'text/html').end('<h1>Just a moment</h1>'),
    'says "true"': (res, asked) => json(res, { ...judge(asked), success: 'true' }),
    'sends elsewhere': (res) => void res.writeHead(307, { location: '/elsewhere' }).end(),
    'knows no secret': (res) => json(res, { success: false, 'error-codes': ['invalid-input-secret'] }),
    'is gone': (res) => void res.destroy(),
  }

  function judge(asked: URLSearchParams): object {
    if (asked.get('secret') !== SECRET) return { success: false, 'error-codes': ['invalid-input-secret'] }
    const token = asked.get('response') ?? ''
    const claims = tokens.get(token)
    if (!claims) return { success: false, 'error-codes': ['invalid-input-response'] }
    // Spent by being asked about, as theirs are.
    if (manner !== 'never spends') tokens.delete(token)
    return { success: true, 'error-codes': [], ...claims }
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost')
    if (pathname === '/turnstile/v0/siteverify') {
      count += 1
      const asked = new URLSearchParams(await text(req))
      return MANNERS[manner](res, asked)
    }
    if (pathname === '/elsewhere') return json(res, judge(new URLSearchParams(await text(req))))
    if (manner === 'is gone') return void res.destroy()
    if (pathname === '/turnstile/v0/api.js')
      return void res.setHeader('content-type', 'text/javascript').end(SCRIPT)
    if (pathname === '/widget') return void res.setHeader('content-type', 'text/html').end(WIDGET)
    if (pathname === '/solve') {
      const claim = (name: string) => searchParams.get(name) ?? ''
      const claims = { action: claim('action'), cdata: claim('cdata'), hostname: claim('hostname') }
      return void res.end(tokenFor(claims))
    }
    res.writeHead(404).end()
  }

  const server = createServer((req, res) => void answer(req, res)).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    settings: { TURNSTILE_SITE_KEY: SITE_KEY, TURNSTILE_SECRET_KEY: SECRET, TURNSTILE_URL: url },
    tokenFor,
    asked: () => count,
    behave: (next) => (manner = next),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function json(res: ServerResponse, body: object): void {
  res.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

/** A frame of its own, as theirs is, that tells the page the token. */
const SCRIPT = `
  const origin = new URL(document.currentScript.src).origin
  window.turnstile = {
    render(place, { sitekey, action, cData, callback }) {
      const frame = document.createElement('iframe')
      const asked = new URLSearchParams({ sitekey, action, cdata: cData, hostname: location.hostname })
      frame.src = origin + '/widget?' + asked
      frame.title = 'Widget'
      frame.style.border = '0'
      frame.style.width = '300px'
      frame.style.height = '65px'
      addEventListener('message', (event) => {
        if (event.source === frame.contentWindow && event.origin === origin) callback(event.data)
      })
      place.append(frame)
      return 'widget'
    },
    remove() {},
  }
`
const WIDGET = `<!doctype html><html lang="en"><title>Widget</title>
  <button>I am a person</button>
  <script>
    document.querySelector('button').addEventListener('click', async () => {
      const token = await (await fetch('/solve' + location.search)).text()
      parent.postMessage(token, '*')
    })
  </script>`
