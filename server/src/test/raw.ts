import { connect } from 'node:net'

/** Bytes as they are, and what came back: for what no HTTP client would send. */
export function sendRaw({ url }: { url: string }, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
      socket.end()
    })
    socket
      .on('close', () => resolve(answer))
      .on('error', (error) => (answer ? resolve(answer) : reject(error)))
  })
}

/** Complete, on a connection of its own. */
export const rawRequest = (
  host: { url: string },
  line: string,
  headers: Record<string, string> = {},
): string => {
  const all = { Host: `localhost:${new URL(host.url).port}`, Connection: 'close', ...headers }
  return [
    `${line} HTTP/1.1`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n')
}
