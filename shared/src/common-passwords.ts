/** Passwords that everybody tries, found again under the usual disguises. */
export type CommonPasswords = { readonly size: number; has(password: string): boolean }

/** Millions of lines fit: of each only a hash is kept, 8 bytes. */
export async function commonPasswordsOf(
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<CommonPasswords> {
  let hashes = new Float64Array(65_536)
  let count = 0
  for await (const line of lines) {
    const bare = bareOf(line)
    const key = baseOf(isOfDigits(bare) ? bare : keyOf(bare))
    if (key.length < BASE_LEAST) continue
    if (count === hashes.length) hashes = grown(hashes)
    hashes[count] = hashOf(key)
    count += 1
    if (count % PAUSE_AFTER === 0) await pause()
  }
  const known = hashes.slice(0, count).sort()
  return {
    size: count,
    has: (password) => [...keysBehind(password)].some((key) => isAmong(known, hashOf(key))),
  }
}

/** Whoever shares this thread has a turn in between. */
const PAUSE_AFTER = 4096
const pause = () => new Promise((resolve) => setTimeout(resolve))

/** Shorter words stand behind too many innocent passwords. */
const BASE_LEAST = 4
/** How far from either end decoration is looked for. */
const DECORATION = { before: 8, after: 14 }
/**
 * How much decoration a common password may wear and still be the same one; a short one disappears under less, and one
 * of a few signs, some of which stand for letters, under less still, down to none where most of them do: among many
 * digits there is always something that looks like it.
 */
const WEIGHT_MOST = { ofDigits: 2, ofSigns: 3, ofShort: 4, ofOthers: 5 }
const SHORT = { ofLetters: 6, withSigns: 9 }

/** What is repeated stands on the list once, or as often as makes a base. */
function baseOf(key: string): string {
  const once = onceOf(key)
  if (once.length >= BASE_LEAST || once === key) return once
  return once.repeat(Math.ceil(BASE_LEAST / once.length))
}

/** A letter or a digit, or one sign over and over. */
const HAS_SENSE = /[\p{L}\p{N}]|^(.)\1*$/su

/** Every plainer password that somebody may have dressed up as this one. */
function keysBehind(password: string): Set<string> {
  const whole = bareOf(password)
  const keys = new Set<string>()
  for (const worn of new Set([whole, onceOf(whole)]))
    for (const core of undecorated([...worn], separatorWeightOf(password))) {
      if (core !== worn && !HAS_SENSE.test(core)) continue
      for (const key of new Set([core, keyOf(core)]))
        for (const plain of [baseOf(key), baseOf(halfOf(key))]) {
          if (plain.length < BASE_LEAST) continue
          keys.add(plain).add([...plain].toReversed().join(''))
        }
    }
  return keys
}

const SEPARATORS = /[\p{Z}\s\-_.,;:/\\'"*#~]/gu

/** In small letters, without accents, invisible characters and separators, unless there is nothing else. */
function bareOf(password: string): string {
  const plain = password
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{C}]/gu, '')
  return plain.replaceAll(SEPARATORS, '') || plain
}

/** One kind of separator, however often, is no disguise at all; each further one counts. */
const separatorWeightOf = (password: string): number =>
  Math.max(0, new Set(password.match(SEPARATORS)).size - 1)

/** What is repeated, once. */
export const onceOf = (text: string): string => text.slice(0, (text + text).indexOf(text, 1))

/** What is mirrored, once. */
function halfOf(text: string): string {
  const half = text.slice(0, Math.ceil(text.length / 2))
  const other = text.slice(Math.floor(text.length / 2))
  return half === [...other].toReversed().join('') ? half : text
}

function* undecorated(points: string[], separators: number): Generator<string> {
  const upTo = (core: string[]): number => {
    const letters = core.filter(isLetter).length
    if (letters === 0) return WEIGHT_MOST.ofDigits
    if (letters < core.length && core.length < SHORT.withSigns)
      return Math.min(WEIGHT_MOST.ofSigns, letters + Math.floor((core.length - BASE_LEAST) / 2))
    return core.length < SHORT.ofLetters ? WEIGHT_MOST.ofShort : WEIGHT_MOST.ofOthers
  }
  const before = cutsOf(points, DECORATION.before).map((cut) => weightOf(points.slice(0, cut)))
  const after = cutsOf(points.toReversed(), DECORATION.after).map((cut) =>
    weightOf(points.slice(points.length - cut)),
  )
  yield points.join('')
  for (const [start, first] of before.entries())
    for (const [end, last] of after.entries()) {
      const core = points.slice(start, points.length - end)
      if (core.length >= BASE_LEAST && first + last + separators <= upTo(core)) yield core.join('')
    }
}

/** How many points could be cut off at the beginning: none, one, and so on up to the first letter. */
function cutsOf(points: string[], most: number): number[] {
  const letter = points.slice(0, most).findIndex(isLetter)
  const last = letter === -1 ? Math.min(most, points.length) : letter
  return Array.from({ length: last + 1 }, (_, cut) => cut)
}

const isLetter = (point: string): boolean => /\p{L}/u.test(point)

/** In a row of digits nobody writes letters for them. */
const isOfDigits = (bare: string): boolean => [...bare].filter(isLetter).length < BASE_LEAST

/** A year, also backwards, one sign over and over and a row of digits are one thought each; anything else counts by the sign. */
const THOUGHT =
  /(?:19[4-9]|20[0-3])\d|\d(?:[4-9]91|[0-3]02)|(.)\1+|0?1234?5?6?7?8?9?0?|9?8?7?6?5?4?3210?|./gsu
const weightOf = (points: string[]): number => points.join('').match(THOUGHT)?.length ?? 0

/** Signs that stand for letters, and the letters that the same sign may stand for, are one. */
const SAME = new Map(
  ['a4@', 'e3€', 'it1l7!|+', 'o0', 's5$', 'b68g9', 'z2', 'c(<', 'x%'].flatMap((alike) =>
    [...alike].map((sign): [string, string] => [sign, alike.charAt(0)]),
  ),
)

function keyOf(bare: string): string {
  let key = ''
  for (const point of bare) key += SAME.get(point) ?? point
  return key
}

/** 53 bits, so that a number holds them. It has to spread well; nobody gains by making two collide. */
function hashOf(key: string): number {
  let high = 0x811c9dc5
  let low = 0x9e3779b9
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x85ebca6b)
    low ^= low >>> 13
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11)
}

function isAmong(sorted: Float64Array, wanted: number): boolean {
  let from = 0
  let to = sorted.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] ?? 0) < wanted) from = middle + 1
    else to = middle
  }
  return sorted[from] === wanted
}

function grown(full: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(full.length * 2)
  larger.set(full)
  return larger
}
