import { readFileSync } from 'node:fs'
import type { KeptMail } from '@latchkey/db/outbox'
import { BRAND } from '@latchkey/shared/brand'
import { escapeHtml } from '@latchkey/shared/html'
import { withLinks } from './links.ts'

/** The newest mail stands open. Without its script the page is whole too, and is refreshed by hand. */
export const inboxPage = (mails: KeptMail[], now: Date, { isSent = false } = {}): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Local inbox · ${escapeHtml(BRAND.name)}</title>
<link rel="icon" href="data:image/svg+xml;base64,${MARK}">
<style>${STYLE}</style>
<script type="module" src="/dev/inbox.js"></script>
</head>
<body>
<header class="top"><div class="wide">
<img src="data:image/svg+xml;base64,${MARK}" alt="" width="44" height="44">
<div><h1>Local inbox</h1><p>Mail that ${escapeHtml(BRAND.name)} wrote on this machine. ${isSent ? 'A mail server is set, so it is sent as well.' : 'None of it was sent.'}</p></div>
<nav aria-label="Inbox"><noscript><a href="/dev/inbox">Refresh</a></noscript> <a href="/dev/inbox.json">JSON</a> <a href="/">Open ${escapeHtml(BRAND.name)}</a></nav>
</div></header>
<main class="wide">
<div class="line"><h2 id="count">${count(mails.length)}</h2><p id="said" role="status"></p></div>
${mails.length === 0 ? EMPTY : ''}
<div id="letters">
${mails.map((mail, index) => one(mail, index === 0, now)).join('\n')}
</div>
</main>
</body>
</html>
`

const ofPage = (name: string): Buffer => readFileSync(new URL(`../rest/page/${name}`, import.meta.url))
const MARK = ofPage('mark.svg').toString('base64')
const STYLE = `${ofPage('tokens.css').toString()}${readFileSync(new URL('./inbox.css', import.meta.url), 'utf8')}`

const EMPTY = `<section id="empty" class="empty">
<p><a href="/register">Register an account</a>, and its letter lands here within a second or two.</p>
<p>Still nothing? The worker writes the letters, so see whether the jobs process is running.</p>
</section>`

const count = (mails: number): string => COUNTS[mails] ?? `${mails} letters, newest first`
const COUNTS = ['No mail yet', '1 letter']

const one = (mail: KeptMail, open: boolean, now: Date): string => `<article id="letter-${mail.id}">
<details${open ? ' open' : ''}>
<summary>
<h3>${escapeHtml(mail.subject)}</h3>
<span class="to">to ${escapeHtml(mail.to)}</span>
<time datetime="${mail.createdAt.toISOString()}">${agoOf(mail.createdAt, now)}<span class="at">${CLOCK.format(mail.createdAt)}</span></time>
</summary>
<div class="views">
<pre>${withLinks(mail.text)}</pre>
<iframe title="${escapeHtml(titleOf(mail))}" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" referrerpolicy="no-referrer" srcdoc="${escapeHtml(`${IN_NEW_TAB}${mail.html}`)}"></iframe>
</div>
</details>
</article>`

/** Screen readers list frames by name, so no two are called the same. */
const titleOf = ({ subject, to, createdAt }: KeptMail): string =>
  `As HTML: ${subject}, to ${to}, ${CLOCK.format(createdAt)}`

/** Before the letter's own words, so that it is in force for them; a frame cannot navigate anything but itself. */
const IN_NEW_TAB = '<!doctype html><base target="_blank">'

/** The server stands on the reader's machine, so its clock and zone are theirs. */
const CLOCK = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const AGO = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

function agoOf(then: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? []
  return unit && length ? AGO.format(-Math.floor(seconds / length), unit) : 'just now'
}
