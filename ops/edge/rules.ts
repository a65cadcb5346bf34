/** The words of Traefik's rules. A value is quoted by backticks and has no way to say one, so none may hold one. */
export const host = (name: string): string => `Host(${quoted(name)})`
export const path = (exactly: string): string => `Path(${quoted(exactly)})`
export const pathPrefix = (beginning: string): string => `PathPrefix(${quoted(beginning)})`
export const method = (name: string): string => `Method(${quoted(name)})`

export const anyOf = (rules: string[]): string =>
  rules.length === 1 ? rules.join('') : `(${rules.join(' || ')})`
export const allOf = (...rules: string[]): string => rules.join(' && ')

function quoted(value: string): string {
  if (!/^[\w./-]+$/.test(value)) throw new Error(`${JSON.stringify(value)} is nothing that a rule may hold`)
  return `\`${value}\``
}
