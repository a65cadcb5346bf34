import type { Service } from './configuration.ts'
import { type EdgeSettings, type OpsTool, toolsOf } from './settings.ts'

/**
 * Asked inside the network. A slot that answers with 400 or more, or not in time, gets no requests until it does. One
 * that is only busy must not lose its turn, because the other one would have all of it, and be the next: so there is
 * time. A slot that leaves (SERVER_LEAVE_SECONDS in compose.yaml) goes on for longer than both of these.
 */
export const SLOT_CHECK = { path: '/internal/ready', interval: '1500ms', timeout: '1400ms' }

/** Who answers behind the edge. No name of a store or of the worker stands here. */
export function servicesOf(settings: EdgeSettings): Record<string, Service> {
  const { slots, serverPort } = settings
  const tools = toolsOf(settings).filter((tool) => tool !== 'traefik')
  return {
    app: {
      loadBalancer: {
        servers: slots.map((slot) => ({ url: `http://${slot}:${serverPort}` })),
        passHostHeader: true,
        healthCheck: { ...SLOT_CHECK, followRedirects: false },
      },
    },
    ...Object.fromEntries(tools.map((tool) => [TOOLS[tool].name, toolAt(TOOLS[tool].url)])),
  }
}

const TOOLS: Record<Exclude<OpsTool, 'traefik'>, { name: string; url: string }> = {
  jobsUi: { name: 'jobs-ui', url: 'http://jobs-ui:3000' },
  dbUi: { name: 'db-ui', url: 'http://db-ui:8080' },
}

export const TOOL_ADDRESSES: readonly string[] = Object.values(TOOLS).map(({ url }) => new URL(url).host)

const toolAt = (url: string): Service => ({ loadBalancer: { servers: [{ url }], passHostHeader: true } })
