import { readFileSync } from 'node:fs'
import { BRAND } from '@latchkey/shared/brand'
import { escapeHtml as safe } from '@latchkey/shared/html'
import { type Block, BLOCKS, type BlockName, type Report } from './schema.ts'

/** The same evidence for a person: one file that fetches nothing and runs nothing, with what failed at the top. */
export function pageOf(report: Report): string {
  const named = BLOCKS.map((name) => ({ name, block: report[name] }))
  const of = (verdict: Block['verdict']) => named.filter(({ block }) => block.verdict === verdict)
  const title = `${headlineOf(report)}: ${hostOf(report)}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${safe(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<style>${CSS}</style>
</head>
<body>
${headerOf(report, { passed: of('pass').length, open: of('not-checked').length })}
<main class="column">
${failuresOf(report)}
${listOf('Not checked', 'Nothing is known about these. Each says what it would need.', of('not-checked'))}
${listOf('Held', 'Open one to see what was seen.', of('pass'))}
${aboutOf(report)}
<footer>Version ${report.schemaVersion} of the report.${report.signature ? ` ${safe(report.signature.because)}` : ''} The same as data: post-deploy-report.json, beside this page. What each question means: docs/VERIFY.md.</footer>
</main>
</body>
</html>
`
}

const CSS = readFileSync(new URL('page.css', import.meta.url), 'utf8')

type Entry = { name: BlockName; block: Block }

const headlineOf = ({ success }: Report): string => (success ? 'It holds' : 'It does not hold')
const hostOf = ({ site }: Report): string => URL.parse(site.url)?.host ?? site.url

function headerOf(report: Report, { passed, open }: { passed: number; open: number }): string {
  const failed = report.failures.length
  const counts: [number, string][] = [
    [failed, 'failed'],
    [passed, 'passed'],
    [open, 'not checked'],
  ]
  return `<header${report.success ? '' : ' class="fail"'}><div class="column">
<p class="sign">${safe(BRAND.name)} · ${MODES[report.mode]}</p>
<h1>${SHAPES[report.success ? 'pass' : 'fail']}<span>${safe(headlineOf(report))}</span></h1>
<p class="lead">${safe(leadOf(report))}</p>
<ul class="counts">${counts.map(([count, word]) => `<li><b>${count}</b>${word}</li>`).join('')}</ul>
</div></header>`
}

const MODES = {
  verify: 'Check of a running product',
  folder: 'Second look at an earlier run',
  full: 'Full deploy',
  'update-only': 'Update',
  rollback: 'Rollback',
} as const

const leadOf = ({ site, startedAt, durations }: Report): string =>
  `${site.url}${site.address ? ` at ${site.address}` : ''}, ${momentOf(startedAt)}, in ${secondsOf(durations.totalMs)}.`

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const momentOf = (at: string): string => `${MOMENT.format(new Date(at))} UTC`
const secondsOf = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

function failuresOf(report: Report): string {
  if (report.failures.length === 0) return strictlyOpen(report)
  const cards = report.failures.map((failure) => failureOf(failure, blockIn(report, failure.name)))
  return `<section><h2>What failed</h2><p class="hint">Each with the next thing to do.</p>${cards.join('')}</section>`
}

/** What a deploy failed at is no question, though the report has a part of that name. */
const blockIn = (report: Report, name: string): Block | undefined =>
  BLOCKS.some((one) => one === name) ? report[name as BlockName] : undefined

function strictlyOpen({ success }: Report): string {
  return success
    ? ''
    : '<section><h2>Nothing failed</h2><p class="hint">But this run was strict, and what was not checked counts.</p></section>'
}

const failureOf = ({ name, because, next }: Report['failures'][number], block: Block | undefined): string =>
  `<article class="failure">
<div class="top">${badgeOf('fail')}<span class="name">${safe(block?.question ?? name)}</span>${tookOf(block)}<span class="because">${safe(because)}</span></div>
<p class="next"><b>Next</b>${safe(next)}</p>
${block ? `<details class="seen"><summary>What was seen</summary>${insideOf(name, block)}</details>` : ''}
</article>`

function listOf(title: string, hint: string, entries: Entry[]): string {
  if (entries.length === 0) return ''
  const rows = entries.map(
    ({ name, block }) =>
      `<li><details><summary>${badgeOf(block.verdict)}<span class="name">${safe(block.question)}</span>${tookOf(block)}<span class="because">${safe(block.because)}</span></summary>${insideOf(name, block)}</details></li>`,
  )
  return `<section><h2>${title}</h2><p class="hint">${hint}</p><ul class="plate">${rows.join('')}</ul></section>`
}

const tookOf = (block: Block | undefined): string =>
  block && block.tookMs > 0
    ? `<span class="took">${secondsOf(block.tookMs)}</span>`
    : '<span class="took"></span>'

function insideOf(name: string, { artifact, facts, timings, requestIds }: Block): string {
  const rows: [string, string][] = [
    ['In the report as', `<code>${safe(name)}</code>, by itself in <code>${safe(artifact)}</code>`],
    ...(timings ? [['Timings', preOf(timings)] as [string, string]] : []),
    ...(Object.keys(facts).length > 0 ? [['Facts', preOf(facts)] as [string, string]] : []),
    ...(requestIds.length > 0
      ? [['Request ids, to be found in the logs', idsOf(requestIds)] as [string, string]]
      : []),
  ]
  return `<dl class="inside">${rows.map(([term, told]) => `<dt>${term}</dt><dd>${told}</dd>`).join('')}</dl>`
}

const preOf = (value: unknown): string => `<pre tabindex="0">${safe(JSON.stringify(value, null, 2))}</pre>`

const SHOWN = 5
function idsOf(ids: string[]): string {
  const more = ids.length - SHOWN
  return `<code>${safe(ids.slice(0, SHOWN).join(' '))}</code>${more > 0 ? ` and ${more} more` : ''}`
}

function aboutOf(report: Report): string {
  const { site, commit, versions, by, startedAt, finishedAt, strict, durations, deploy } = report
  const rows: [string, string][] = [
    ['Address', site.url],
    ['Commit', commit ?? 'not known'],
    ['Product', versions.product ?? 'not known'],
    ['Node here', versions.node],
    ...(by ? [['By', byWhom(by)] as [string, string]] : []),
    ['Began', momentOf(startedAt)],
    ['Ended', momentOf(finishedAt)],
    ['Strict', strict ? 'yes: what was not checked counts as failed' : 'no'],
    ...(durations.fullMs === null ? [] : [['Full deploy', secondsOf(durations.fullMs)] as [string, string]]),
    ...(durations.updateOnlyMs === null
      ? []
      : [['Update', secondsOf(durations.updateOnlyMs)] as [string, string]]),
    ...(deploy ? deployRows(deploy) : []),
  ]
  const list = rows.map(([term, told]) => `<dt>${safe(term)}</dt><dd>${safe(told)}</dd>`).join('')
  return `<section><h2>About this run</h2><dl class="plate facts">${list}</dl>${deploy ? stepsOf(deploy) : ''}</section>`
}

const byWhom = ({ operator, host, message }: NonNullable<Report['by']>): string =>
  `${operator} on ${host}${message ? `: ${message}` : ''}`

function deployRows({
  environment,
  branch,
  reason,
  release,
  migrations,
  configFingerprint,
  engine,
  rollback,
  backup,
}: NonNullable<Report['deploy']>) {
  const rows: [string, string][] = [
    ['Environment', environment],
    ['Branch', branch],
    ['Why this mode', reason],
    ['Image', release ? `${release.image} ${release.digest ?? ''}` : 'none'],
    [
      'Engine',
      engine ? `${engine.docker ?? 'not known'}, compose ${engine.compose ?? 'not known'}` : 'not known',
    ],
    ['Fingerprint of the settings', configFingerprint ?? 'not known'],
    ['Migrations', `${migrations.before ?? 'none'} before, ${migrations.after ?? 'none'} after`],
    ['Backup', backup?.because ?? 'none was made'],
    ['Rollback', rollback.because],
  ]
  return rows
}

/** And what was said last where it failed. */
function stepsOf({ steps, logExcerpt }: NonNullable<Report['deploy']>): string {
  const rows = steps.map(
    ({ name, verdict, because, tookMs }) =>
      `<li class="step"><details open><summary>${badgeOf(verdict)}<span class="name">${safe(name)}</span><span class="took">${secondsOf(tookMs)}</span><span class="because">${safe(because)}</span></summary></details></li>`,
  )
  const excerpt = logExcerpt
    ? `<h2>What was said last</h2><pre class="inside" tabindex="0">${safe(logExcerpt)}</pre>`
    : ''
  return `<h2>Steps</h2><ul class="plate">${rows.join('')}</ul>${excerpt}`
}

/** A verdict is a word and a shape, and only then a colour. */
const WORDS = { pass: 'Passed', fail: 'Failed', 'not-checked': 'Not checked' } as const
const drawing = (inner: string): string =>
  `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${inner}</svg>`
const SHAPES = {
  pass: drawing('<circle cx="8" cy="8" r="6.6"/><path d="m5.2 8.3 2 2 3.8-4.3"/>'),
  fail: drawing('<path d="M8 1.6 15 14H1Z"/><path d="M8 6.4v3.2M8 11.9v.01"/>'),
  'not-checked': drawing('<circle cx="8" cy="8" r="6.6" stroke-dasharray="2.6 2.6"/>'),
} as const
const badgeOf = (verdict: Block['verdict']): string =>
  `<span class="badge ${verdict}">${SHAPES[verdict]}${WORDS[verdict]}</span>`
