import './styles/turnstile.css'
import type { PersonNews } from './lib/person-news.ts'

/**
 * The only page whose policy lets the service's script in. It stands in a frame of our own origin, because theirs looks
 * at which host it is on: where it is let in, it is trusted with what the page around it holds.
 */
type Options = {
  sitekey: string
  action: string
  cData: string
  size: 'flexible'
  callback(token: string): void
  'error-callback'(): void
}
declare global {
  interface Window {
    turnstile?: { render(place: HTMLElement, options: Options): unknown }
  }
}

const PATIENCE_MS = 15_000

const asked = new URLSearchParams(location.hash.slice(1))
const say = (news: PersonNews) => window.parent.postMessage(news, location.origin)
const fail = () => say({ token: null })
const tooLate = setTimeout(fail, PATIENCE_MS)

function show(): void {
  clearTimeout(tooLate)
  document.getElementById('waiting')?.remove()
  const place = document.getElementById('widget')
  if (!window.turnstile || !place) return fail()
  window.turnstile.render(place, {
    sitekey: asked.get('siteKey') ?? '',
    action: asked.get('action') ?? '',
    cData: asked.get('data') ?? '',
    size: 'flexible',
    callback: (token) => say({ token }),
    'error-callback': fail,
  })
}

const script = document.createElement('script')
script.src = `${asked.get('url')}/turnstile/v0/api.js?render=explicit`
script.addEventListener('load', show)
script.addEventListener('error', fail)
document.head.append(script)
