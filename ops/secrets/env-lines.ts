/** As `.env` has them; `parseEnv` of Node reads the same back. */
export const asEnvLines = (secrets: readonly [name: string, text: string][]): string[] =>
  secrets.map(([name, text]) => `${name.toUpperCase()}=${quoted(text)}`)

/** No secret holds a single quote, and between two of them everything stands for itself. */
const quoted = (text: string): string => (/^[\w:/?&=@.+%-]*$/.test(text) ? text : `'${text}'`)
