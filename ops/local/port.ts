import { once } from 'node:events'
import { createServer } from 'node:net'
import { Advice } from '../launch/advice.mjs'
import { describePortHolder } from './port-holder.ts'

/** `again` is the command that a person types next, with a port that is free. */
type Wanted = { host: string; port: number; again: (free: number) => string }

/** Better told before anything is started than after. */
export async function refuseTakenPort(wanted: Wanted): Promise<void> {
  const fault = await faultOf(wanted.host, wanted.port)
  if (fault === undefined) return
  const { host, port, again } = wanted
  if (fault === 'EADDRINUSE')
    throw new Advice(
      `Port ${port} is taken${describePortHolder(port)}.`,
      `Next: ${again(await nextFree(host, port))}`,
    )
  if (fault === 'EACCES')
    throw new Advice(`Port ${port} needs an administrator here.`, `Next: ${again(8000)}`)
  throw new Advice(
    `Nothing can listen on ${host}:${port} (${fault}).`,
    `Next: SERVER_HOST=127.0.0.1 ${again(port)}`,
  )
}

async function faultOf(host: string, port: number): Promise<string | undefined> {
  const probe = createServer()
  try {
    const listening = once(probe, 'listening')
    probe.listen({ host, port })
    await listening
    probe.close()
    await once(probe, 'close')
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

async function nextFree(host: string, port: number): Promise<number> {
  for (let next = port + 1; next < port + 50; next++)
    if ((await faultOf(host, next)) === undefined) return next
  return port + 1
}
