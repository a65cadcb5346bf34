import { access } from 'node:fs/promises'
import { digitalOcean, type DropletProvider } from '../deeds/droplet-provider.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'

/** R6: seen before anything is asked of anybody. */
export class CredentialsMissing extends Advice {
  constructor(what: string, next: string) {
    super(what, `Next: ${next} Nothing was changed.`)
    this.name = 'CredentialsMissing'
  }
}

/** The key that every deploy signs in with. */
export async function requireKeyFile({ DEPLOY_SSH_KEY_FILE: file }: Settings): Promise<string> {
  if (!file)
    throw new CredentialsMissing(
      'DEPLOY_SSH_KEY_FILE is missing: the key to sign in to the droplet with.',
      'set it in deploy.env.',
    )
  await access(file).catch(() => {
    throw new CredentialsMissing(
      `DEPLOY_SSH_KEY_FILE cannot be read: ${file}.`,
      'ssh-keygen -t ed25519, or name the key that the droplet knows.',
    )
  })
  return file
}

/** The cloud, for those who have the token to it. */
export const findProvider = ({
  DO_API_TOKEN: token,
  DO_API_URL: url,
}: Settings): DropletProvider | undefined => token && digitalOcean({ url, token })

export function requireProvider(provider: DropletProvider | undefined): DropletProvider {
  if (provider) return provider
  throw new CredentialsMissing(
    'DO_API_TOKEN is missing: a full deploy makes the droplet, its network, firewall and names.',
    'make a token that may read and write (API, Tokens) and set it, or deploy to a host of your own with DEPLOY_HOST.',
  )
}
