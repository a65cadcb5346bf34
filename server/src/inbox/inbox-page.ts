import type { KeptMail } from '@latchkey/db/outbox'
import { escapeHtml } from '@latchkey/shared/html'
import { BRAND } from '@latchkey/shared/brand'

export const inboxPage = (mails: KeptMail[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local inbox · ${BRAND.name}</title></head>
<body><main><h1>Local inbox</h1>${mails.map(one).join('')}</main></body></html>`

const one = (mail: KeptMail): string => `<article><h2>${escapeHtml(mail.subject)}</h2><p>${escapeHtml(mail.to)}</p>
<pre>${escapeHtml(mail.text)}</pre></article>`
