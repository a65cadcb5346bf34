import { BRAND } from '@latchkey/shared/brand'
import { Secret } from '@latchkey/shared/secret'
import { publicKeyOf } from '../commands/droplet.ts'
import type { DropletProvider } from '../deeds/droplet-provider.ts'
import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'
import { CredentialsMissing } from './credentials.ts'
import { firstBoot } from './first-boot.ts'
import { firstHostKey } from './host-key.ts'
import type { Means } from './means.ts'
import type { Memory } from './memory.ts'
import type { Progress } from './progress.ts'
import { provision } from './provision.ts'
import { userDataOf } from './user-data.ts'

type Around = { means: Means; progress: Progress; keyFile: string }

/** R2: the droplet with all that belongs to it in the cloud, ready to be signed in to. Answers where it is. */
export async function makeDroplet(
  provider: DropletProvider,
  settings: Settings,
  { means, progress, keyFile }: Around,
): Promise<string> {
  const { here, memory } = means
  const { DO_DROPLET_NAME: name, DO_IMAGE: image, DEPLOY_SSH_USER: user } = settings
  const publicKey = await readPublicKey(here, keyFile)
  const isThere = (await provider.findDroplet(name)) !== undefined
  requireOnePin(settings, memory, isThere)
  const userData = isThere ? new Secret('') : await firstData()
  async function firstData(): Promise<Secret> {
    const hostKey = await firstHostKey(here)
    // Before there is a droplet that only this key could vouch for.
    await memory.remember({ firstKey: hostKey.line, hostKey: undefined, address: undefined })
    return userDataOf({ image, hostKey, user, publicKey })
  }
  const { droplet } = await provision(
    provider,
    {
      ...{ name, image, userData, region: settings.DO_REGION, size: settings.DO_SIZE, tags: [BRAND.slug] },
      ...{ domain: settings.WEBSITE_DOMAIN, labels: labelsOf(settings) },
      sshPort: settings.DEPLOY_SSH_PORT,
      sshKey: { name: settings.DO_SSH_KEY_NAME ?? `${BRAND.slug}-deploy`, publicKey },
    },
    progress,
  )
  await memory.remember({ address: droplet.v4 })
  await firstBoot(droplet.v4, settings, { means, progress, keyFile })
  return droplet.v4
}

/** Whose key would be believed has to be clear before there is somebody who shows one. */
function requireOnePin(
  { DEPLOY_HOST_KEY: pinned, DO_DROPLET_NAME: name }: Settings,
  { known }: Memory,
  isThere: boolean,
): void {
  if (!isThere && pinned)
    throw new Advice(
      `There is no droplet ${name}, and DEPLOY_HOST_KEY is the key of one: the new one will have its own.`,
      'Next: take DEPLOY_HOST_KEY away, and run the same again.',
    )
  if (isThere && !pinned && !known.hostKey && !known.firstKey)
    throw new CredentialsMissing(
      `The droplet ${name} is there, and its host key is not known here.`,
      'set DEPLOY_HOST_KEY to the line in its /etc/ssh/ssh_host_ed25519_key.pub, as its console shows it.',
    )
}

const labelsOf = (settings: Settings): string[] =>
  [
    'www',
    ...(settings.ADMIN_BASIC_AUTH ? [settings.ADMIN_DNS_LABEL] : []),
    settings.JOBS_UI_DNS_LABEL,
    settings.DB_UI_DNS_LABEL,
    settings.TRAEFIK_DNS_LABEL,
  ].filter((label) => label !== undefined)

async function readPublicKey(here: Run, keyFile: string): Promise<string> {
  const { code, stdout, stderr } = await here(publicKeyOf(keyFile))
  if (code === 0) return stdout.trim()
  throw new CredentialsMissing(
    `The public half of ${keyFile} cannot be read: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    'see that it is a private key without a passphrase of its own, or one that the agent holds.',
  )
}
