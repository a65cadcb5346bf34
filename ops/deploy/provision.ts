import type { DropletProvider, Made, NewDroplet, Standing } from '../deeds/droplet-provider.ts'
import type { Progress } from './progress.ts'

/** What a full deploy wants to find in the cloud. */
export type Provision = Pick<NewDroplet, 'name' | 'region' | 'size' | 'image' | 'userData' | 'tags'> & {
  sshKey: { name: string; publicKey: string | undefined }
  domain: string
  labels: string[]
  sshPort?: number
  sshFrom?: string[]
}

/** Makes what is missing and mends what differs, in the order in which one needs the other. Twice is as good as once. */
export async function provision(
  provider: DropletProvider,
  wanted: Provision,
  { step, note }: Pick<Progress, 'step' | 'note'>,
): Promise<{ droplet: Standing; outcomes: Record<string, Made<object>['outcome']> }> {
  const { name, region, sshKey, domain, labels, sshPort, sshFrom } = wanted
  await step('cloud account', () => provider.checkAccount())
  const key = await step('SSH key', () => provider.ensureSshKey(sshKey.name, sshKey.publicKey))
  const vpc = await step('network', () => provider.ensureVpc(`${name}-${region}`, region))
  const droplet = await step('droplet', (onLine) =>
    provider.ensureDroplet({ ...wanted, sshKeyId: key.id, vpcId: vpc.id }, onLine),
  )
  const firewall = await step('firewall', () =>
    provider.ensureFirewall({
      name,
      dropletId: droplet.id,
      ...(sshPort && { sshPort }),
      ...(sshFrom && { sshFrom }),
    }),
  )
  const { v4, v6 } = droplet
  const names = await step('names', () => provider.ensureRecords({ domain, labels, v4, ...(v6 && { v6 }) }))
  for (const change of names.changes) note(`name in ${names.zone}: ${change}`)
  const outcomes = Object.entries({ key, vpc, droplet, firewall, names }).map(
    ([what, { outcome }]) => [what, outcome] as const,
  )
  return { droplet, outcomes: Object.fromEntries(outcomes) }
}
