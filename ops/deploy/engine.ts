import { z } from 'zod'
import { composeVersion, engineVersion, inspectImage } from '../commands/docker.ts'
import type { Command, Run } from '../deeds/run.ts'
import type { DeployPart } from '../report/schema.ts'
import type { Ground } from './ground.ts'
import { imageOf } from './stack-steps.ts'
import type { Updated } from './update.ts'

/** What the engine over there says of itself and of our images. What it does not say is null. */
export type EngineFacts = {
  versions: NonNullable<DeployPart['engine']>
  digestOf(tag: string): string | null
}

export async function askEngine(
  { run }: Pick<Ground, 'run'>,
  { release, previous }: Pick<Updated, 'release' | 'previous'>,
): Promise<EngineFacts> {
  const tags = [release, previous].flatMap((one) => (one ? [one.tag] : []))
  const digests = new Map<string, string | null>()
  for (const tag of new Set(tags)) digests.set(tag, idIn(await said(run, inspectImage(imageOf(tag)))))
  const docker = serverIn(await said(run, engineVersion()))
  const compose = numberIn(await said(run, composeVersion()))
  return { versions: { docker, compose }, digestOf: (tag) => digests.get(tag) ?? null }
}

const PATIENCE_MS = 30_000

/** A deploy is what it was, whether or not somebody is there to tell of it. */
const said = (run: Run, command: Command): Promise<string> =>
  run(command, { timeoutMs: PATIENCE_MS }).then(
    ({ code, stdout }) => (code === 0 ? stdout : ''),
    () => '',
  )

const image = z.looseObject({ Id: z.string() })
const engine = z.looseObject({ Server: z.looseObject({ Version: z.string() }) })

const idIn = (text: string): string | null => image.safeParse(parsed(text)).data?.Id ?? null
export const serverIn = (text: string): string | null =>
  engine.safeParse(parsed(text)).data?.Server.Version ?? null
const numberIn = (text: string): string | null => /\d+(?:\.\d+)+/.exec(text)?.[0] ?? null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
