/**
 * Where people live whom a check of the live product makes and takes away again. Nobody can own a name under `.invalid`
 * (RFC 2606), so no letter to there leaves, and whoever else registers there has nothing to lose.
 */
export const SYNTHETIC_DOMAIN = 'synthetic.invalid'

export const isSynthetic = (email: string): boolean => email.endsWith(`@${SYNTHETIC_DOMAIN}`)
