import type { EdgeSettings, OpsTool } from './settings.ts'

/** The hosts that are ours, each with the name that it has in the world. */
export const siteOf = ({ websiteDomain }: EdgeSettings): string => websiteDomain
export const wwwOf = ({ websiteDomain }: EdgeSettings): string => `www.${websiteDomain}`
export const adminHostOf = ({ admin, websiteDomain }: EdgeSettings): string | undefined =>
  admin && `${admin.label}.${websiteDomain}`
export const toolHostOf = ({ ops, websiteDomain }: EdgeSettings, tool: OpsTool): string =>
  `${ops?.[tool] ?? ''}.${websiteDomain}`
