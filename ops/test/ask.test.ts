import { createServer as createHttp, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { run } from '../deeds/run.ts'
import { ROOT } from '../launch/places.mjs'
import { freePort } from '../local/postgres/free-port.ts'

const open: Server[] = []
afterAll(() => open.forEach((server) => server.close()))

async function portOf(server: Server): Promise<number> {
  open.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
const http = (listener: RequestListener) => portOf(createHttp(listener))
const ask = async (port: number, path = '/health') =>
  run(['containers/ask', `http://127.0.0.1:${port}${path}`], { cwd: ROOT })

test('a container is healthy when its answer is: 200, and what was said', async () => {
  const port = await http(({ url, headers }, answer) => {
    answer.write(`${url} for ${headers.host}\n`)
    answer.end('as it was written\n')
  })
  const said = `/internal/health for 127.0.0.1:${port}\nas it was written\n`
  expect(await ask(port, '/internal/health')).toMatchObject({ code: 0, stdout: said, stderr: '' })
})

test.each([404, 500, 503, 302])('it is not with %i, and says why all the same', async (status) => {
  const port = await http((_, answer) => void answer.writeHead(status).end('{"ok":false}'))
  expect(await ask(port)).toMatchObject({ code: 1, stdout: '{"ok":false}' })
})

test('nor where nobody listens', async () => {
  expect(await ask(await freePort())).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('refused') as string,
  })
})

test('nor where somebody listens and says nothing, or stops in the middle: two seconds are enough', async () => {
  const silent = await portOf(createServer(() => {}))
  expect(await ask(silent)).toMatchObject({ code: 1, stderr: 'no answer within 2 seconds\n' })
  const halfway = await http((_, answer) => void answer.write('{"ok":'))
  expect(await ask(halfway)).toMatchObject({ code: 1, stdout: '{"ok":' })
})

test('nor where what answers does not speak HTTP', async () => {
  const port = await portOf(createServer((socket) => socket.end('220 250 mail.example.com ESMTP\r\n')))
  expect(await ask(port)).toMatchObject({ code: 1 })
})

test('in a container that is old enough it rests first, and in a young one it does not', async () => {
  const port = await http((_, answer) => void answer.end('well'))
  const url = `http://127.0.0.1:${port}/health`
  const startedAt = performance.now()
  const rested = await run(['containers/ask', url, '1', '0'], { cwd: ROOT })
  expect([rested.stdout, performance.now() - startedAt > 1000]).toEqual(['well', true])
  expect(await run(['containers/ask', url, '600', '1000000000'], { cwd: ROOT })).toMatchObject({
    stdout: 'well',
  })
})

test('what is no address is told apart: it asks nobody', async () => {
  for (const word of ['', 'file:///etc/passwd', 'http://127.0.0.1/', 'http://127.0.0.1:1;id'])
    expect(await run(['containers/ask', word], { cwd: ROOT })).toMatchObject({ code: 2, stdout: '' })
})
