import { randomBytes } from 'node:crypto'

/** A value that is met nowhere by chance, and what it stands for. */
export type Canary = { kind: string; value: string }
export type Place = { where: string; text: string }
export type Find = Place & { kind: string; form: string }
export type Allowed = { kind: string; where: RegExp; why: string }

export type Aviary = {
  /** A new value that is looked for. It is plain, so that what quotes or escapes the text around it leaves it whole. */
  hatch(kind: string): string
  /** One that somebody else made: a token, a cookie. */
  keep(kind: string, value: string): void
  readonly canaries: readonly Canary[]
}

/** A shorter one might be met by chance. */
const SHORTEST = 12

export function openAviary(): Aviary {
  const kept = new Map<string, Canary>()
  return {
    hatch(kind) {
      const value = `cn${randomBytes(9).toString('hex')}`
      kept.set(value, { kind, value })
      return value
    },
    keep(kind, value) {
      // A signature is a secret of its own, and so is each half of a pair.
      for (const part of value.split('.'))
        if (part.length >= SHORTEST && !kept.has(part)) kept.set(part, { kind, value: part })
    },
    get canaries() {
      return [...kept.values()]
    },
  }
}

/** Every text is read once, however many are looked for. */
export function findCanaries(canaries: readonly Canary[], places: readonly Place[]): Find[] {
  const wanted = canaries.flatMap(({ kind, value }) => formsOf(value).map((form) => ({ kind, ...form })))
  const byStart = Map.groupBy(wanted, ({ needle }) => needle.slice(0, SHORTEST))
  return places.flatMap(({ where, text }) => {
    const found = new Map<string, Find>()
    for (let at = 0; at + SHORTEST <= text.length; at += 1)
      for (const { kind, form, needle } of byStart.get(text.slice(at, at + SHORTEST)) ?? [])
        if (text.startsWith(needle, at))
          found.set(`${kind} ${form}`, { kind, form, where, text: text.slice(Math.max(0, at - 60), at + 60) })
    return [...found.values()]
  })
}

/** What nobody allowed, and what was allowed and never met: an exception that is not needed hides the next leak. */
export function judge(finds: readonly Find[], allowed: readonly Allowed[]) {
  const covers = ({ kind, where }: Allowed, find: Find) => find.kind === kind && where.test(find.where)
  return {
    leaks: finds.filter((find) => !allowed.some((one) => covers(one, find))),
    unused: allowed.filter((one) => !finds.some((find) => covers(one, find))),
  }
}

type Form = { form: string; needle: string }

function formsOf(value: string): Form[] {
  const plain = Buffer.from(value)
  const forms = [
    { form: 'plain', needle: value },
    { form: 'JSON', needle: JSON.stringify(value).slice(1, -1) },
    { form: 'escaped JSON', needle: everyByte(plain, (byte) => `\\u00${byte}`) },
    { form: 'URL', needle: encodeURIComponent(value) },
    { form: 'every byte of a URL', needle: everyByte(plain, (byte) => `%${byte}`) },
    ...encodingsOf('', plain),
    ...rawBytesOf(value).flatMap((bytes) => encodingsOf('raw bytes as ', bytes)),
  ]
  const told = new Map(forms.toReversed().map(({ form, needle }) => [needle, form]))
  return [...told]
    .map(([needle, form]) => ({ form, needle }))
    .filter(({ needle }) => needle.length >= SHORTEST)
}

const everyByte = (bytes: Buffer, write: (byte: string) => string): string =>
  [...bytes].map((byte) => write(byte.toString(16).padStart(2, '0'))).join('')

/** What is inside a longer text has three looks in base64, by where it begins; what its neighbours touch is left out. */
function encodingsOf(before: string, bytes: Buffer): Form[] {
  const hex = bytes.toString('hex')
  const shifted = [0, 1, 2].map((shift) => {
    const written = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/={1,2}$/, '')
    const isCut = (shift + bytes.length) % 3 !== 0
    return written.slice(shift === 0 ? 0 : shift + 1, isCut ? -1 : undefined)
  })
  return [
    { form: `${before}hex`, needle: hex },
    { form: `${before}upper hex`, needle: hex.toUpperCase() },
    ...shifted.map((needle) => ({ form: `${before}base64`, needle })),
    ...shifted.map((needle) => ({
      form: `${before}base64url`,
      needle: needle.replaceAll('+', '-').replaceAll('/', '_'),
    })),
  ]
}

/** A token is bytes in letters: in a table they may lie as bytes. */
function rawBytesOf(value: string): Buffer[] {
  const isBase64 = /^[\w+/-]{32,}=*$/.test(value)
  return isBase64 ? [Buffer.from(value, 'base64url')] : []
}
