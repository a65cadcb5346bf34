import { STATIONERY } from '@latchkey/shared/brand'

/** Where each colour of the stationery shows: the classes of as-html.ts, in daylight and at night. */
const PAINTS = {
  paper: { 'background-color': 'paper' },
  sheet: { 'background-color': 'sheet', 'border-color': 'line' },
  band: { 'background-color': 'band', 'border-color': 'bandEdge' },
  bandInk: { color: 'bandInk' },
  ink: { color: 'ink' },
  inkSoft: { color: 'inkSoft' },
  sunk: { 'background-color': 'sunk' },
  action: { 'background-color': 'action' },
  actionInk: { color: 'actionInk' },
  link: { color: 'link' },
  rule: { 'border-color': 'line' },
} as const
type Painted = keyof typeof PAINTS
type Light = 'light' | 'dark'

const declared = (name: Painted, light: Light): [string, string][] =>
  Object.entries(PAINTS[name]).map(([property, colour]) => [property, STATIONERY[light][colour]])
const inline = (...names: Painted[]): string =>
  names
    .flatMap((name) => declared(name, 'light'))
    .map(([property, colour]) => `${property}:${colour}`)
    .join(';')

const nightOf = (name: Painted): string =>
  `.${name}{${declared(name, 'dark')
    .map(([property, colour]) => `${property}:${colour}!important`)
    .join(';')}}`

export const STYLESHEET = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
${(Object.keys(PAINTS) as Painted[]).map(nightOf).join('\n')}
}
@media (max-width:480px){
.margin{padding:0 0 24px!important}
.band,.sheet{padding-left:20px!important;padding-right:20px!important}
.sheet{border-left:0!important;border-right:0!important;border-radius:0!important}
.band{border-radius:0!important}
.across{width:100%!important}
}`

const { text, sign, code, corner } = STATIONERY
const SMALL = `font-family:${text};font-size:14px;line-height:1.5`

export const STYLE = {
  body: `margin:0;padding:0;${inline('paper')}`,
  preview: 'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px',
  paper: inline('paper'),
  margin: 'padding:32px 16px',
  column: 'width:100%;max-width:560px',
  band: `padding:18px 32px;border-bottom:3px solid;border-radius:${corner} ${corner} 0 0;${inline('band')}`,
  brand: `margin:0;font-family:${sign};font-size:20px;line-height:1.3;font-weight:700;${inline('bandInk')}`,
  sheet: `padding:32px;border:1px solid;border-top:0;border-radius:0 0 ${corner} ${corner};${inline('sheet')}`,
  heading: `margin:0 0 20px;font-family:${sign};font-size:24px;line-height:1.25;font-weight:700;${inline('ink')}`,
  text: `margin:0 0 16px;font-family:${text};font-size:16px;line-height:1.55;${inline('ink')}`,
  buttonPlace: 'margin:24px 0 20px;border-collapse:separate',
  button: `border-radius:${corner};${inline('action')}`,
  buttonLink: `display:block;padding:14px 26px;border-radius:${corner};font-family:${text};font-size:16px;line-height:1.25;font-weight:600;text-decoration:none;${inline('action', 'actionInk')}`,
  code: `display:inline-block;margin:0 0 20px;padding:12px 20px;border-radius:${corner};font-family:${code};font-size:26px;line-height:1.2;letter-spacing:0.16em;font-weight:700;${inline('ink', 'sunk')}`,
  rule: `margin-top:24px;padding-top:20px;border-top:1px solid;${inline('rule')}`,
  validity: `margin:-4px 0 24px;${SMALL};${inline('inkSoft')}`,
  note: `margin:0 0 6px;${SMALL};${inline('inkSoft')}`,
  address: `margin:0;${SMALL};word-break:break-all;overflow-wrap:anywhere;${inline('inkSoft')}`,
  link: inline('link'),
  foot: 'padding:20px 16px 0',
}
