import { HIDDEN } from '../scrub.ts'

/** No key is longer. Whoever only speaks of one is heard again after so many lines. */
const LINES_MOST = 200

/** A private key that somebody writes line by line: what follows its first line is hidden, up to its last, in each container for itself. */
export function keysHidden(): (line: string) => string {
  const left = new Map<string, number>()
  return (line) => {
    const [, head = '', container = '', text = line] =
      /^((?:(\S+) +\| )?(?:\d{4}-\S+Z )?)(.*)$/.exec(line) ?? []
    const lines = left.get(container) ?? 0
    left.set(container, text.includes('-----END') ? 0 : lines - 1)
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----(?!.*-----END)/.test(text)) left.set(container, LINES_MOST)
    return lines > 0 ? head + HIDDEN : line
  }
}
