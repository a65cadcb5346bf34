import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { run } from '../../deeds/run.ts'

/**
 * Somewhere beyond this machine that listens: a network of its own, one hop away. The machine itself would not do, for
 * an engine lets containers of an inner network speak to its host.
 */
export type World = { address: string; port: number; close(): Promise<void> }

const NAME = 'latchkey-world'
const [NEAR, FAR] = ['198.51.100.1', '198.51.100.2'] as const
const PORT = 18_998
const LISTEN = `require('node:net').createServer().listen(${PORT}, () => console.log('listening'))`

export async function openWorld(): Promise<World> {
  await close()
  for (const words of [
    `netns add ${NAME}`,
    `link add lkw-near type veth peer name lkw-far`,
    `link set lkw-far netns ${NAME}`,
    `addr add ${NEAR}/30 dev lkw-near`,
    'link set lkw-near up',
    `-n ${NAME} addr add ${FAR}/30 dev lkw-far`,
    `-n ${NAME} link set lkw-far up`,
    `-n ${NAME} route add default via ${NEAR}`,
  ])
    await ip(words)
  const server = spawn('ip', ['netns', 'exec', NAME, process.execPath, '--eval', LISTEN])
  await once(server.stdout, 'data')
  return {
    address: FAR,
    port: PORT,
    async close() {
      server.kill()
      await once(server, 'close')
      await close()
    },
  }
}

async function close(): Promise<void> {
  await run(['ip', 'link', 'del', 'lkw-near'])
  await run(['ip', 'netns', 'del', NAME])
}

async function ip(words: string): Promise<void> {
  const { code, stderr } = await run(['ip', ...words.split(' ')])
  if (code !== 0) throw new Error(`ip ${words}: ${stderr}`)
}
