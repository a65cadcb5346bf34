import { z } from 'zod'
import type { Ran } from '../deeds/run.ts'
import type { Captures } from './captured.ts'

/** What a probe may reach besides the site itself. Whoever starts it hands over what there is; a probe says what it lacks. */
export type Hands = {
  /** What the containers have said lately, all of them. */
  logs?: (() => Promise<string>) | undefined
  /** The newest letter to an address, once it is written. */
  letters?: ((to: string) => Promise<string | undefined>) | undefined
  /** One of the product's own database programs, beside the database: `['db/src/migrate.ts', 'status']`. */
  tool?: Tool | undefined
  /** What Prometheus would read, which no edge passes on. */
  metrics?: (() => Promise<string>) | undefined
  /** What the edge was told about certificates. */
  certificates?: (() => Promise<CertificateSettings | undefined>) | undefined
  /** What a host is and says, to be kept and judged. */
  captures?: (() => Promise<Captures>) | undefined
  /** The host of the jobs' dashboard, where there is one. */
  jobsHost?: string | undefined
  /** Whether something may be put into the queue, for a worker to take. */
  mayEnqueue: boolean
  /** Whether people may be made, who are taken away again. */
  mayWrite: boolean
  /** Whether so many wrong guesses may be made that this address has to wait. */
  mayReachLimits: boolean
}
export type Tool = (words: readonly [program: string, ...words: string[]]) => Promise<Ran>

/** As Traefik has them. `storageMode` is the file's, such as 0600, or nothing where there is no file yet. */
export type CertificateSettings = {
  environment: 'local' | 'staging' | 'prod'
  resolvers: readonly { name: string; directory: string; email: string; storageMode: number | undefined }[]
}

/** Letters by way of the database: for where the inbox of a local run is not. */
export const lettersBy =
  (tool: Tool) =>
  async (to: string): Promise<string | undefined> => {
    const { code, stdout, stderr } = await tool(['db/src/outbox-command.ts', '--to', to, '--json'])
    if (code !== 0) throw new Error(`the outbox could not be read: ${stderr.trim() || stdout.trim()}`)
    return newestTo(to, JSON.parse(stdout))
  }

const mails = z.array(z.looseObject({ to: z.string(), text: z.string().optional() }))
/** As both the inbox and the outbox list them: the newest first. */
export const newestTo = (to: string, listed: unknown): string | undefined =>
  mails.parse(listed).find((mail) => mail.to === to)?.text
