import { z } from 'zod'

/** What of the answers is used; the rest is left out when they are read. */
export const links = z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional()

export const refusal = z.object({ id: z.string(), message: z.string() })

export const account = z.object({
  account: z.object({ status: z.string(), droplet_limit: z.number(), status_message: z.string().optional() }),
})

/** Where a person is sent, and what is written into names: it has to be an address. */
const network = (address: z.ZodType<string>) =>
  z.object({ ip_address: address, type: z.enum(['public', 'private']) })

const droplet = z.object({
  id: z.number(),
  name: z.string(),
  status: z.enum(['new', 'active', 'off', 'archive']),
  /** Empty while it is being made. */
  networks: z.object({
    v4: z.array(network(z.ipv4())).default([]),
    v6: z.array(network(z.ipv6())).default([]),
  }),
})
export type ApiDroplet = z.infer<typeof droplet>
export const droplets = z.object({ droplets: z.array(droplet) })
export const oneDroplet = z.object({ droplet })
export const newDroplet = z.object({
  droplet,
  links: z.object({ actions: z.array(z.object({ id: z.number(), rel: z.string() })).default([]) }).optional(),
})

export const action = z.object({
  action: z.object({
    id: z.number(),
    status: z.enum(['in-progress', 'completed', 'errored']),
    type: z.string(),
  }),
})

const key = z.object({ id: z.number(), name: z.string(), public_key: z.string(), fingerprint: z.string() })
export type ApiKey = z.infer<typeof key>
export const keys = z.object({ ssh_keys: z.array(key) })
export const oneKey = z.object({ ssh_key: key })

const vpc = z.object({ id: z.string(), name: z.string(), region: z.string() })
export const vpcs = z.object({ vpcs: z.array(vpc) })
export const oneVpc = z.object({ vpc })

/** Who else is let in, such as droplets by their tag, is given back as it came. */
const addresses = z.looseObject({ addresses: z.array(z.string()).default([]) })
const firewall = z.object({
  id: z.string(),
  name: z.string(),
  droplet_ids: z.array(z.number()).nullable().default([]),
  tags: z.array(z.string()).nullable().default([]),
  inbound_rules: z.array(
    z.object({ protocol: z.string(), ports: z.string().default('0'), sources: addresses }),
  ),
  outbound_rules: z.array(
    z.object({ protocol: z.string(), ports: z.string().default('0'), destinations: addresses }),
  ),
})
export type ApiFirewall = z.infer<typeof firewall>
export const firewalls = z.object({ firewalls: z.array(firewall) })
export const oneFirewall = z.object({ firewall })

const domain = z.object({ name: z.string() })
export const domains = z.object({ domains: z.array(domain) })
export const oneDomain = z.object({ domain })

const record = z.object({ id: z.number(), type: z.string(), name: z.string(), data: z.string() })
export type ApiRecord = z.infer<typeof record>
export const records = z.object({ domain_records: z.array(record) })
export const oneRecord = z.object({ domain_record: record })
