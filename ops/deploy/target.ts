import { lookup } from 'node:dns/promises'
import type { Target } from '../commands/ssh.ts'
import type { DropletProvider } from '../deeds/droplet-provider.ts'
import { Advice } from '../launch/advice.mjs'
import { type Resolved, resolveAddress, resolvedAdvice } from './address.ts'
import type { Known } from './memory.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import type { Given } from './tool.ts'

type Read = Pick<DeploySettings, 'settings'>
type Sources = { known: Known; provider: DropletProvider | undefined }

/** Nowhere to go to. */
export class NoDroplet extends Advice {}

/** R8: where the droplet is, as far as anybody can tell. */
export const lookForAddress = (
  { host }: Pick<Given, 'host'>,
  { settings }: Read,
  { known, provider }: Sources,
): Promise<Resolved> =>
  resolveAddress({
    flag: () => Promise.resolve(host ?? settings.DEPLOY_HOST),
    state: () => Promise.resolve(known.address),
    provider: async () => (await provider?.findDroplet(settings.DO_DROPLET_NAME))?.v4,
    dns: async () => (await lookup(settings.WEBSITE_DOMAIN)).address,
  })

/** Told to whoever watches. */
export function insistOnAddress(resolved: Resolved, { note }: Pick<Progress, 'note'>): string {
  const lines = resolvedAdvice(resolved)
  if (!resolved.ok) throw new NoDroplet(...lines)
  for (const line of lines) note(line)
  return resolved.address
}

/** As whom we come to it, and how it proves that it is the one. */
export const targetOf = ({ settings }: Read, host: string, { hostKey }: Known): Target => ({
  host,
  port: settings.DEPLOY_SSH_PORT,
  user: settings.DEPLOY_SSH_USER,
  keyFile: settings.DEPLOY_SSH_KEY_FILE ?? '',
  hostKey: settings.DEPLOY_HOST_KEY ?? hostKey,
})
