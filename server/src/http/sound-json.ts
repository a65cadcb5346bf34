import { JSON_DEPTH, JSON_KEYS } from '@latchkey/shared/limits'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPENS = new Set([0x5b, 0x7b])
const CLOSES = new Set([0x5d, 0x7d])

/**
 * May this be parsed? Looks at brackets and names only, before anything recursive sees them: not too deep, not too
 * many names, and none twice in one object, because two readers would take two different ones.
 */
export function isSoundJson(json: Uint8Array): boolean {
  const open: Set<string>[] = []
  let names = 0
  let text: Uint8Array | undefined
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0
    if (byte === QUOTE) {
      const end = endOfText(json, at)
      text = json.subarray(at, end + 1)
      at = end
    } else if (OPENS.has(byte)) {
      if (open.push(new Set()) > JSON_DEPTH) return false
    } else if (CLOSES.has(byte)) open.pop()
    else if (byte === COLON) {
      const name = nameOf(text)
      const known = open.at(-1)
      if (name === undefined || known?.has(name) || (names += 1) > JSON_KEYS) return false
      known?.add(name)
    }
  }
  return true
}

function endOfText(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1
    else if (json[at] === QUOTE) return at
  }
  return json.length
}

const UTF8 = new TextDecoder()

/** As it will be read: `\u0061` and `a` are one name. */
function nameOf(text: Uint8Array | undefined): string | undefined {
  try {
    return JSON.parse(UTF8.decode(text)) as string
  } catch {
    return undefined
  }
}
