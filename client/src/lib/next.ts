const LONGEST = 1024
/** Never requested; it only gives the path something to be resolved against. */
const BASE = 'https://here.invalid'

/** The path to return to after signing in, or undefined unless it surely stays on this site. */
export function safeNext(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST || !isReadable(value)) return undefined
  if (!decodedForms(pathOf(value))?.every(isPlainPath)) return undefined
  const url = new URL(value, BASE)
  return url.origin === BASE ? url.pathname + url.search + url.hash : undefined
}

/** Browsers drop control characters and read a backslash as a slash, so neither may stand anywhere. */
const isReadable = (value: string): boolean => !/[\\\p{C}\p{Zl}\p{Zp}]/u.test(value)

/** One leading slash, and nothing that resolving could turn into a second one. */
const isPlainPath = (path: string): boolean =>
  path.startsWith('/') && !path.includes('//') && isReadable(path) && !/\/\.{1,2}(?:\/|$)/.test(path)

/** The path and what it becomes with each round of decoding; undefined when it is malformed or never comes to rest. */
function decodedForms(path: string): string[] | undefined {
  const forms = [path]
  for (let rounds = 0; rounds < 4; rounds += 1) {
    const last = forms[rounds] ?? ''
    const decoded = decode(last)
    if (decoded === undefined) return undefined
    if (decoded === last) return forms
    forms.push(decoded)
  }
  return undefined
}

const pathOf = (value: string): string => value.replace(/[?#].*$/s, '')

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
