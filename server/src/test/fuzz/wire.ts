import { connect } from 'node:net'

export type Heard = { status: number; headers: Map<string, string>; body: string }
export type Reply = {
  /** All that came back on this connection, in order. */
  heard: Heard[]
  /** What could not be read as an answer. */
  rest: string
  ms: number
  reset: boolean
}

const PATIENCE_MS = 10_000

/** Sends bytes on a connection of their own and reads until it is closed. What is not whole is given up after `idleMs`. */
export function exchange(
  port: number,
  bytes: Buffer,
  { idleMs = PATIENCE_MS, isHead = false }: { idleMs?: number; isHead?: boolean } = {},
): Promise<Reply> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const started = performance.now()
    let ms = 0
    let reset = false
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const impatient = setTimeout(() => (chunks.length > 0 ? socket.destroy() : socket.end()), idleMs)
    const lost = setTimeout(() => socket.destroy(), idleMs + PATIENCE_MS)
    socket.on('data', (chunk: Buffer) => {
      ms ||= performance.now() - started
      chunks.push(chunk)
    })
    socket.on('error', () => (reset = true))
    socket.on('close', () => {
      clearTimeout(impatient)
      clearTimeout(lost)
      resolve({ ...read(Buffer.concat(chunks).toString('latin1'), isHead), ms, reset })
    })
  })
}

function read(text: string, isHead: boolean): Pick<Reply, 'heard' | 'rest'> {
  const heard: Heard[] = []
  let rest = text
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    const line = /^HTTP\/1\.1 (\d{3}) /.exec(rest)
    if (end < 0 || !line) return { heard, rest }
    const status = Number(line[1])
    const headers = new Map(
      rest
        .slice(0, end)
        .split('\r\n')
        .slice(1)
        .map((line): [string, string] => {
          const at = line.indexOf(':')
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
        }),
    )
    const after = rest.slice(end + 4)
    if (status < 200) rest = after
    else {
      const { body, rest: next } = bodyOf(after, headers, isEmpty(status, { isHead, after }))
      heard.push({ status, headers, body: Buffer.from(body, 'latin1').toString('utf8') })
      rest = next
    }
  }
}

/** What could not be read as HTTP has no method, so its answer has a body even where the first word was HEAD. */
const isEmpty = (status: number, { isHead, after }: { isHead: boolean; after: string }): boolean =>
  status === 204 || status === 304 || (isHead && !([400, 431].includes(status) && after.startsWith('{')))

function bodyOf(
  text: string,
  headers: Map<string, string>,
  isEmpty: boolean,
): { body: string; rest: string } {
  if (isEmpty) return { body: '', rest: text }
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? text.length)
    return { body: text.slice(0, length), rest: text.slice(length) }
  }
  let body = ''
  let rest = text
  for (;;) {
    const at = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, at), 16)
    if (at < 0 || !(size > 0)) return { body, rest: rest.slice(at + 4) }
    body += rest.slice(at + 2, at + 2 + size)
    rest = rest.slice(at + 4 + size)
  }
}
