import { contentOf, isWrite } from './operations.js'

/** The token stands in the jar beside the session; read from there it is always the one in force. */
export const CSRF_FUNCTION = `csrf() { awk '$6 ~ /csrf$/ { print $7 }' jar; }`

export function curlOf(operation, origin) {
  const body = contentOf(operation.requestBody)
  const parts = [
    'curl -sS -b jar -c jar',
    `${origin}${operation.path}`,
    ...(operation.method === 'GET' || (operation.method === 'POST' && body)
      ? []
      : [`-X ${operation.method}`]),
    ...(isWrite(operation) ? ['-H "X-CSRF-Token: $(csrf)"'] : []),
    ...(body
      ? ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body.example ?? {}))}`]
      : []),
  ]
  return parts.join(' \\\n  ')
}

/** Whatever it holds, the shell takes it as one word. */
export const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`
