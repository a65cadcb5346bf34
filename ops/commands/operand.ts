import { Unusable } from '../unusable.ts'

/** What a value may look like that becomes a word of a command, and how that is said to a person. */
const SHAPES = {
  branch: [
    /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\.))[A-Za-z0-9_][\w.+@/-]{0,199}(?<![./])$/,
    'such as main',
  ],
  commit: [/^[0-9a-f]{7,64}$/, 'such as 1f2e3d4c5b6a'],
  container: [/^[A-Za-z0-9][\w.-]{0,127}$/, 'such as latchkey-server-a-1'],
  database: [/^[a-z_][a-z0-9_]{0,62}$/, 'such as latchkey'],
  duration: [/^[1-9][0-9]{0,5}$/, 'whole seconds such as 60'],
  environment: [/^[A-Z][A-Z0-9_]{0,63}=[\w.:/@+,-]{0,500}$/, 'such as IMAGE_TAG=1f2e3d4c5b6a'],
  host: [
    /^(?=.{1,253}$)(?!-)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,39}$/,
    'a name or an address',
  ],
  hostKey: [/^(?!)/, 'a line such as: ssh-ed25519 AAAA… (the droplet’s /etc/ssh/ssh_host_ed25519_key.pub)'],
  image: [/^[a-z0-9][a-z0-9._/-]{0,127}(?::\w[\w.-]{0,127})?$/, 'such as latchkey:1f2e3d4c5b6a'],
  path: [
    /^(?![-~])(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}\p{Cs}"%$\\]{1,1024}$/u,
    'a path without `..`, quotes, $ or %',
  ],
  port: [/^[1-9][0-9]{0,4}$/, 'such as 22'],
  repository: [
    /^(?:(?:https?|ssh):\/\/(?:[\w.-]+@)?[A-Za-z0-9][\w.-]*(?::\d{1,5})?\/[\w./~+-]+|[\w.-]+@[A-Za-z0-9][\w.-]*:\w[\w./~+-]*|\/(?!.*\/\.\.\/)[\w./+-]+)$/,
    'such as https://example.com/team/product.git, without a password in it',
  ],
  service: [/^[a-z][a-z0-9-]{0,62}$/, 'such as server-a'],
  signer: [/^[A-Za-z0-9_*][\w.@*+-]{0,199}$/, 'a name such as ada@example.com'],
  user: [/^[a-z_][a-z0-9_-]{0,31}$/, 'such as deploy'],
} as const satisfies Record<string, readonly [RegExp, string]>

export type Shape = keyof typeof SHAPES
export const SHAPE_NAMES = Object.keys(SHAPES) as Shape[]

/** A value that cannot be one word of a command. It never gets as far as a program. */
export class Refused extends Unusable {
  readonly shape: Shape
  constructor(shape: Shape, value: string) {
    super(
      `${JSON.stringify(shortOf(value))} cannot be used as a ${shape}: it has to be ${SHAPES[shape][1]}.`,
      'Next: change the setting or the flag that says so. Nothing was run.',
    )
    this.name = 'Refused'
    this.shape = shape
  }
}

/** The value itself, if it has the shape: it begins with no dash, so that no program takes it for an option. */
export function operand(shape: Shape, value: string): string {
  if (!SHAPES[shape][0].test(value) || value.startsWith('-')) throw new Refused(shape, value)
  return value
}

/** Without what may be a password in an address: this is read on screens and kept in logs. */
function shortOf(value: string): string {
  const shown = value.replace(/:\/\/[^/]*@/, '://…@')
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}
