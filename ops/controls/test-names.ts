import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A test as its source names it: the names of what it stands in, outermost first, and its own. */
export type NamedTest = { path: string; line: number; names: string[] }

const CALL = /(?<![\w.])(test|it|describe)((?:\.\w+(?:\([^()'"`]*\))?)*)\s*(\()/g

/** Reads names without running anything: brackets are followed, strings, comments and patterns are stepped over. */
export function testsIn(path: string, text: string): NamedTest[] {
  const found: NamedTest[] = []
  const code = blanked(text)
  const calls = [...code.matchAll(CALL)].flatMap((match) => {
    const [whole, what, chain = ''] = match
    let open = match.index + whole.length - 1
    let end = closing(code, open)
    // `each(cases)(name, …)`: the name stands in the second pair of brackets.
    if (/\.(each|for|skipIf|runIf)$/.test(chain)) {
      open = code.indexOf('(', end)
      if (open === -1 || code.slice(end + 1, open).trim() !== '') return []
      end = closing(code, open)
    }
    const name = nameAt(text, code, open + 1)
    return name === undefined ? [] : [{ what, chain, open, end, name }]
  })
  for (const call of calls) {
    if (call.what === 'describe' || NO_TEST.test(call.chain)) continue
    const around = calls.filter((other) => isGroup(other) && other.open < call.open && call.end < other.end)
    if (around.some(({ chain }) => LEFT_OUT.test(chain))) continue
    const line = text.slice(0, call.open).split('\n').length
    found.push({ path, line, names: [...around.map(({ name }) => name), call.name] })
  }
  return found
}

const LEFT_OUT = /\.(skip|todo|fixme)\b/
const NO_TEST = /\.(describe|use|before\w+|after\w+|step|info|skip|todo|fixme)\b/

const isGroup = ({ what, chain }: { what: string | undefined; chain: string }): boolean =>
  what === 'describe' || chain.startsWith('.describe')

/** The same length, with a blank for whatever stands in a string, a template, a pattern or a comment. */
function blanked(text: string): string {
  const skip =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[=(,:[!&|?{;]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g
  return text.replaceAll(skip, (part) => part.replaceAll(/[^\n]/g, ' '))
}

function closing(code: string, open: number): number {
  let depth = 0
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1
    else if (code[at] === ')' && (depth -= 1) === 0) return at
  }
  return code.length
}

function nameAt(text: string, code: string, from: number): string | undefined {
  const start = from + (text.slice(from).match(/^\s*/)?.[0].length ?? 0)
  const literal = /^(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/.exec(text.slice(start))
  if (!literal || code[start] !== ' ') return undefined
  return (literal[1] ?? literal[2] ?? literal[3])?.replaceAll(/\\(.)/g, '$1').replaceAll(/\s+/g, ' ')
}

export function testsUnder(root: string): NamedTest[] {
  return ['shared', 'db', 'server', 'jobs', 'client', 'e2e', 'ops'].flatMap((workspace) =>
    readdirSync(join(root, workspace), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(test|spec)\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/[\\/](node_modules|dist)[\\/]/.test(path))
      .sort()
      .flatMap((path) => testsIn(relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8'))),
  )
}

/** The ids at the beginning of a name: `A9, decision 22: …` has A9. */
export function idsOf(name: string): string[] {
  const head = /^((?:[A-Z]\d+|decision \d+|pain \d+)(?:, |: |$))+/.exec(name)?.[0] ?? ''
  return head.match(/\b[A-Z]\d+\b/g) ?? []
}
