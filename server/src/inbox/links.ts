import { escapeHtml } from '@latchkey/shared/html'

/** Stops before what ends a sentence or closes a bracket around the address. */
const ADDRESS = /https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}]/g

/** Plain text as HTML: everything escaped, and addresses of the web, no other kind, made to follow. */
export function withLinks(text: string): string {
  let html = ''
  let from = 0
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    html += escapeHtml(text.slice(from, index)) + linkTo(address)
    from = index + address.length
  }
  return html + escapeHtml(text.slice(from))
}

function linkTo(address: string): string {
  const shown = escapeHtml(address)
  return URL.canParse(address)
    ? `<a href="${shown}" target="_blank" rel="noopener noreferrer">${shown}</a>`
    : shown
}
