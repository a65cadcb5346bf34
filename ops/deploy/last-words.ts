import { z } from 'zod'
import { containerIdsOf, inspectContainer, readLogs } from '../commands/docker.ts'
import type { Ground } from './ground.ts'

/** What is known of a container that is not well: why it ended, what its health check heard, and what it said. */
export type LastWords = { why: string | undefined; text: string }

const state = z.looseObject({
  Status: z.string(),
  ExitCode: z.number(),
  OOMKilled: z.boolean(),
  Health: z
    .looseObject({
      Status: z.string(),
      Log: z.array(z.looseObject({ ExitCode: z.number(), Output: z.string() })).nullish(),
    })
    .nullish(),
})
const LINES = 200
/** Its name, and what its health check heard. */
const HEAD_LINES = 5

/** Of several, each has its share of what is kept. */
export async function lastWordsOf(ground: Ground, names: readonly string[]): Promise<LastWords> {
  const lines = Math.floor(LINES / names.length) - HEAD_LINES
  const all = await Promise.all(names.map((name) => ofOne(ground, name, lines)))
  return { why: all.find(({ why }) => why)?.why, text: all.map(({ text }) => text).join('\n') }
}

async function ofOne({ run }: Ground, name: string, lines: number): Promise<LastWords> {
  const id = (await run(containerIdsOf(name))).stdout.trim().split('\n')[0]
  const inspected = id ? await run(inspectContainer(id)) : undefined
  const read = state.safeParse(parsed(inspected?.stdout ?? ''))
  const logs = await run(readLogs(name, lines))
  const checks = read.data?.Health?.Log?.slice(-3).map(
    ({ ExitCode, Output }) => `health check: ${ExitCode} ${Output.trim()}`,
  )
  return {
    why: read.data && whyOf(read.data),
    text: [`--- ${name}`, ...(checks ?? []), logs.stdout.trimEnd(), logs.stderr.trimEnd()]
      .filter(Boolean)
      .join('\n'),
  }
}

function whyOf({ Status, ExitCode, OOMKilled, Health }: z.infer<typeof state>): string {
  if (OOMKilled) return 'its memory ran out'
  if (Status !== 'running') return `it ended with code ${ExitCode}`
  return `its health is ${Health?.Status ?? 'not known'}`
}

export const containerOf = ({ why }: LastWords): string => (why ? `: ${why}` : '')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
