/** A rule of a router, taken apart as Traefik does. What is not understood here is refused, never passed over. */
export type Rule =
  { is: Matcher; value: string } | { not: Rule } | { all: [Rule, Rule] } | { any: [Rule, Rule] }
export type Matcher = keyof typeof MATCHERS
export type Seen = { host: string; path: string; method: string }

const MATCHERS = {
  /** A dot at the end of either is looked past. */
  Host: (seen: Seen, value: string) =>
    seen.host !== '' && dotless(seen.host) === dotless(value.toLowerCase()),
  Path: (seen: Seen, value: string) => seen.path === value,
  PathPrefix: (seen: Seen, value: string) => seen.path.startsWith(value),
  Method: (seen: Seen, value: string) => seen.method === value.toUpperCase(),
}
const dotless = (name: string): string => name.replace(/\.$/, '')

export function holds(rule: Rule, seen: Seen): boolean {
  if ('is' in rule) return MATCHERS[rule.is](seen, rule.value)
  if ('not' in rule) return !holds(rule.not, seen)
  if ('all' in rule) return rule.all.every((part) => holds(part, seen))
  return rule.any.some((part) => holds(part, seen))
}

/** The names that stand behind one matcher, wherever in the rule. */
export function valuesOf(rule: Rule, matcher: Matcher): string[] {
  if ('is' in rule) return rule.is === matcher ? [rule.value] : []
  if ('not' in rule) return valuesOf(rule.not, matcher)
  return ('all' in rule ? rule.all : rule.any).flatMap((part) => valuesOf(part, matcher))
}

const WORDS = /\s*(?:(&&|\|\||!|\(|\))|([A-Za-z]+)\(\s*`([^`]+)`\s*\))/y
type Word = { sign: string } | { is: Matcher; value: string }

/** `||` binds less than `&&`, and `!` most. */
export function readRule(text: string): Rule {
  const words = wordsOf(text)
  const rule = readAny()
  if (words.length > 0) throw new Error(`the rule ${text} goes on after its end`)
  return rule

  function readAny(): Rule {
    const left = readAll()
    return take('||') ? { any: [left, readAny()] } : left
  }
  function readAll(): Rule {
    const left = readOne()
    return take('&&') ? { all: [left, readAll()] } : left
  }
  function readOne(): Rule {
    if (take('!')) return { not: readOne() }
    if (take('(')) {
      const inner = readAny()
      if (!take(')')) throw new Error(`a bracket of the rule ${text} is not closed`)
      return inner
    }
    const word = words.shift()
    if (!word || 'sign' in word) throw new Error(`the rule ${text} lacks a part`)
    return word
  }
  function take(sign: string): boolean {
    const [next] = words
    if (!next || !('sign' in next) || next.sign !== sign) return false
    words.shift()
    return true
  }
}

function wordsOf(text: string): Word[] {
  const words: Word[] = []
  WORDS.lastIndex = 0
  while (WORDS.lastIndex < text.trimEnd().length) {
    const at = WORDS.lastIndex
    const found = WORDS.exec(text)
    if (!found) throw new Error(`not understood in a rule: ${text.slice(at)}`)
    const [, sign, name = '', value = ''] = found
    words.push(sign ? { sign } : { is: requireMatcher(name), value })
  }
  return words
}

function requireMatcher(name: string): Matcher {
  if (Object.hasOwn(MATCHERS, name)) return name as Matcher
  throw new Error(`${name}(…) is a matcher that this reader does not know`)
}
