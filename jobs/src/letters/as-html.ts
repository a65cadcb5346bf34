import { BRAND } from '@latchkey/shared/brand'
import { escapeHtml } from '@latchkey/shared/html'
import type { LetterEnv } from './letters.ts'
import type { Page } from './page.ts'
import { STYLE, STYLESHEET } from './style.ts'

/** Tables, because some mail readers lay out nothing else. Daylight stands inline; the sheet only adds night and phones. */
export function asHtml(
  { subject, preview, paragraphs, action, code, closing }: Page,
  { PUBLIC_URL }: LetterEnv,
): string {
  const href = escapeHtml(action.href)
  const said = paragraphs.map((paragraph) => p('ink', STYLE.text, escapeHtml(paragraph))).join('\n')
  const typed = code
    ? `${p('ink', STYLE.text, `${escapeHtml(code.label)}:`)}\n${p('ink sunk', STYLE.code, escapeHtml(code.value))}\n`
    : ''
  const validity = action.goodFor ? `${p('inkSoft', STYLE.validity, escapeHtml(action.goodFor))}\n` : ''
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>
${STYLESHEET}
</style>
</head>
<body class="paper" style="${STYLE.body}">
<div style="${STYLE.preview}">${escapeHtml(preview)}${AFTER_PREVIEW}</div>
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="${STYLE.paper}"><tr><td class="margin" align="center" style="${STYLE.margin}">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0" style="${STYLE.column}">
<tr><td class="band" style="${STYLE.band}"><p class="bandInk" style="${STYLE.brand}">${escapeHtml(BRAND.name)}</p></td></tr>
<tr><td class="sheet" style="${STYLE.sheet}">
<h1 class="ink" style="${STYLE.heading}">${escapeHtml(subject)}</h1>
${said}
<table role="presentation" class="across" cellpadding="0" cellspacing="0" border="0" style="${STYLE.buttonPlace}"><tr><td class="action" align="center" style="${STYLE.button}"><a class="action actionInk" href="${href}" style="${STYLE.buttonLink}">${escapeHtml(action.label)}</a></td></tr></table>
${validity}${typed}${p('ink', STYLE.text, escapeHtml(closing))}
<div class="rule" style="${STYLE.rule}">
${p('inkSoft', STYLE.note, 'If the button does not work, copy this address into your browser:')}
${p('inkSoft', STYLE.address, `<a class="link" href="${href}" style="${STYLE.link}">${href}</a>`)}
</div>
</td></tr>
<tr><td align="center" style="${STYLE.foot}">
${p('inkSoft', STYLE.note, `${escapeHtml(BRAND.name)}: ${escapeHtml(BRAND.tagline)}<br><a class="link" href="${escapeHtml(PUBLIC_URL)}" style="${STYLE.link}">${escapeHtml(PUBLIC_URL)}</a>`)}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

const p = (classes: string, style: string, html: string): string =>
  `<p class="${classes}" style="${style}">${html}</p>`

/** Blanks that keep a list of letters from going on with the letter's first words. */
const AFTER_PREVIEW = '&#8199;&#847;'.repeat(60)
