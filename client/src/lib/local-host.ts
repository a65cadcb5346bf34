/** A developer's own machine, where letters can be read in the local inbox. */
export const isLocalHost = (hostname = location.hostname): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
