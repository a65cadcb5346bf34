/** The product's name, once. `slug` is what cookies, roles and folders are named after. */
export const BRAND = {
  name: 'Latchkey',
  slug: 'latchkey',
  tagline: 'The base a web product starts on',
} as const

/** `__Host-` goes in front when cookies are Secure, so that no sibling domain can plant one. */
export function cookieName(kind: 'session' | 'csrf' | 'device', secure: boolean): string {
  return `${secure ? '__Host-' : ''}${BRAND.slug}_${kind}`
}
