/** The product's name, once. `slug` is what cookies, roles and folders are named after. */
export const BRAND = {
  name: 'Latchkey',
  slug: 'latchkey',
  tagline: 'The base a web product starts on',
} as const

/** What letters look like, here because mail readers know no stylesheet of ours. The pages have their own: tokens.css. */
export const STATIONERY = {
  text: "ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif",
  sign: "'Gill Sans Nova','Gill Sans','Gill Sans MT',Optima,Candara,Seravek,'Noto Sans',Arial,sans-serif",
  code: "ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace",
  corner: '10px',
  light: {
    paper: '#f2f4f0',
    sheet: '#ffffff',
    ink: '#13211d',
    inkSoft: '#4a5953',
    line: '#d2d9d2',
    sunk: '#e6eae4',
    band: '#14493e',
    bandEdge: '#c7953f',
    bandInk: '#f4f7f2',
    action: '#14493e',
    actionInk: '#ffffff',
    link: '#0d5a49',
  },
  dark: {
    paper: '#0b1412',
    sheet: '#13201d',
    ink: '#e8efe9',
    inkSoft: '#a3b4ac',
    line: '#26352f',
    sunk: '#0f1a17',
    band: '#0f352d',
    bandEdge: '#d6a64f',
    bandInk: '#f4f7f2',
    action: '#e2b458',
    actionInk: '#221803',
    link: '#ebcb85',
  },
} as const

/** `__Host-` goes in front when cookies are Secure, so that no sibling domain can plant one. */
export function cookieName(kind: 'session' | 'csrf' | 'device', secure: boolean): string {
  return `${secure ? '__Host-' : ''}${BRAND.slug}_${kind}`
}
