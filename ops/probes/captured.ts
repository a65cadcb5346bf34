/** What a deploy keeps of its host, as it came and scrubbed. ops/deploy/captures.ts says how each is taken. */
export const CAPTURED = [
  'edge/compose-ps.txt',
  'edge/compose.yaml',
  'edge/compose-config.yaml',
  'edge/traefik-env.txt',
  'edge/traefik-static.yml',
  'edge/traefik-dynamic.yml',
  'edge/traefik-ls.txt',
  'edge/traefik-logs.txt',
  'jobs/jobs-health.json',
  'jobs/jobs-queues.json',
  'jobs/jobs.log',
  'server/server-a.log',
  'server/server-b.log',
  'db/postgres.log',
] as const
export type CapturedFile = (typeof CAPTURED)[number]

/** As it was said, or why it was not. */
export type Captured = { text: string } | { because: string }
export type Captures = Readonly<Record<CapturedFile, Captured>>

const NOT_CAPTURED = 'Not captured: '
export const notCaptured = (because: string): string => `${NOT_CAPTURED}${because}\n`

/** What stands in its file: one that could not be taken says so itself. */
export function contentOf(file: CapturedFile, captured: Captured): unknown {
  const isJson = file.endsWith('.json')
  if ('because' in captured) return isJson ? { notCaptured: captured.because } : notCaptured(captured.because)
  return isJson ? (JSON.parse(captured.text) as unknown) : captured.text
}

/** From its file again. */
export const capturedIn = (content: string | undefined): Captured => {
  if (content === undefined) return { because: 'it is not in the folder' }
  return content.startsWith(NOT_CAPTURED)
    ? { because: content.slice(NOT_CAPTURED.length).trim() }
    : { text: content }
}

/** Several files in one, each under its own name. */
export type NamedText = { path: string; text: string }
export const joinFiles = (files: readonly NamedText[]): string =>
  files.map(({ path, text }) => `${MARK}${path}\n${text.trimEnd()}\n`).join('')
export const splitFiles = (text: string): NamedText[] =>
  `\n${text}`
    .split(`\n${MARK}`)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n')
      return { path: part.slice(0, end), text: part.slice(end + 1) }
    })
/** A document of its own for whoever reads it as YAML. */
const MARK = '--- # '
