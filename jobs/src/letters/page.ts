import { BRAND } from '@latchkey/shared/brand'
import { escapeHtml } from '@latchkey/shared/html'
import type { WrittenLetter } from '@latchkey/shared/letters'
import type { LetterEnv } from './letters.ts'

/** What a letter says, before it has a shape. Everything in it is plain text. */
export type Page = {
  subject: string
  paragraphs: string[]
  action: { label: string; href: string }
  code?: { label: string; value: string }
  closing: string
}

export const greeting = (name: string | null): string => (name ? `Hello ${name},` : 'Hello,')

export const layOut = (page: Page, env: LetterEnv): WrittenLetter => ({
  subject: oneLine(`${page.subject} · ${BRAND.name}`),
  text: asText(page, env),
  html: asHtml(page, env),
})

function asText({ paragraphs, action, code, closing }: Page, { PUBLIC_URL }: LetterEnv): string {
  const parts = [
    ...paragraphs,
    `${action.label}:\n${action.href}`,
    ...(code ? [`${code.label}:\n${code.value}`] : []),
    closing,
    `-- \n${BRAND.name}, ${PUBLIC_URL}`,
  ]
  return `${parts.join('\n\n')}\n`
}

/** Styles stand inline and in one table because mail readers know nothing else; colours hold on white and on black. */
function asHtml({ subject, paragraphs, action, code, closing }: Page, { PUBLIC_URL }: LetterEnv): string {
  const said = paragraphs
    .map((paragraph) => `<p style="${STYLE.text}">${escapeHtml(paragraph)}</p>`)
    .join('\n')
  const typed = code
    ? `<p style="${STYLE.note}">${escapeHtml(code.label)}</p>\n<p style="${STYLE.code}">${escapeHtml(code.value)}</p>`
    : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subject)}</title>
</head>
<body style="${STYLE.body}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:34rem"><tr><td>
<p style="${STYLE.brand}">${escapeHtml(BRAND.name)}</p>
${said}
<p style="margin:28px 0"><a href="${escapeHtml(action.href)}" style="${STYLE.button}">${escapeHtml(action.label)}</a></p>
${typed}
<p style="${STYLE.note}">${escapeHtml(closing)}</p>
<p style="${STYLE.foot}">${escapeHtml(BRAND.name)} · <a href="${escapeHtml(PUBLIC_URL)}" style="color:inherit">${escapeHtml(PUBLIC_URL)}</a></p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`
}

const FONT = "font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"
const STYLE = {
  body: 'margin:0;padding:0',
  brand: `${FONT};font-size:18px;font-weight:700;letter-spacing:-0.01em;margin:0 0 24px`,
  text: `${FONT};font-size:16px;line-height:1.55;margin:0 0 16px`,
  button: `${FONT};display:inline-block;padding:12px 22px;border-radius:10px;background:#1f5d4c;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none`,
  note: `${FONT};font-size:14px;line-height:1.5;margin:0 0 12px;opacity:0.8`,
  code: 'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:28px;letter-spacing:0.18em;font-weight:700;margin:0 0 24px',
  foot: `${FONT};font-size:13px;margin:32px 0 0;opacity:0.7`,
}

/** A name with a line break in it must not start a header of its own. */
const oneLine = (value: string): string => value.replace(/\s+/g, ' ').trim()
