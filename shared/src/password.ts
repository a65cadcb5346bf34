import { BRAND } from './brand.ts'
import { onceOf } from './common-passwords.ts'
import { LENGTHS } from './limits.ts'

/** The rules of a password that is being set, each with the sentence that a person reads beside the field. */
export const PASSWORD_RULES = {
  length: `Between ${LENGTHS.password.min} and ${LENGTHS.password.max} characters`,
  personal: `Without your email name, your own name or ${BRAND.name}`,
  common: 'Not one of the passwords that everybody tries first',
  strength: 'Hard enough to guess',
} as const
export type PasswordRule = keyof typeof PASSWORD_RULES

export type PasswordAbout = { email: string; displayName: string | null }

/**
 * Loaded on demand (`password-book.ts`): the dictionaries weigh more than the rest of the page. The server's book knows
 * more common passwords than the browser's.
 */
export type PasswordBook = {
  isCommon(password: string): boolean
  scoreOf(password: string): 0 | 1 | 2 | 3 | 4
}

export type PasswordVerdict = {
  ok: boolean
  rules: Record<PasswordRule, boolean>
  score: 0 | 1 | 2 | 3 | 4
}

const STRONG_ENOUGH = 3
/** Shorter names stand inside too many innocent passwords. */
const NAME_COUNTS_FROM = 4

export const normalisePassword = (password: string): string => password.normalize('NFKC')

export function validatePassword(entered: string, about: PasswordAbout, book: PasswordBook): PasswordVerdict {
  const password = normalisePassword(entered)
  const points = [...password]
  const score = scoreOf(password, book)
  const rules = {
    length: points.length >= LENGTHS.password.min && points.length <= LENGTHS.password.max,
    personal: !namesOf(about).some((name) => fold(password).includes(name)),
    common: !book.isCommon(password),
    strength: score >= STRONG_ENOUGH,
  }
  return { ok: Object.values(rules).every(Boolean), rules, score }
}

/** A password is at least as hard to guess as its hardest piece, and pieces are quickly estimated. */
function scoreOf(password: string, book: PasswordBook): PasswordVerdict['score'] {
  const { most, atOnce } = LENGTHS.passwordEstimated
  const points = [...onceOf(password)].slice(0, most)
  let best: PasswordVerdict['score'] = 0
  for (let from = 0; from < points.length && best < STRONG_ENOUGH; from += atOnce) {
    const score = book.scoreOf(points.slice(from, from + atOnce).join(''))
    if (score > best) best = score
  }
  return best
}

/** The one sentence that a form shows for a refused password: its first broken rule. */
export function passwordProblem(verdict: PasswordVerdict): string | undefined {
  const broken = (Object.keys(PASSWORD_RULES) as PasswordRule[]).find((rule) => !verdict.rules[rule])
  return broken && PROBLEMS[broken]
}

const PROBLEMS: Record<PasswordRule, string> = {
  length: `Use between ${LENGTHS.password.min} and ${LENGTHS.password.max} characters.`,
  personal: `Leave out your email name, your own name and ${BRAND.name}.`,
  common: 'This password is on the list that everybody tries first. Choose another.',
  strength: 'This password is too easy to guess. A few unrelated words make a strong one.',
}

function namesOf({ email, displayName }: PasswordAbout): string[] {
  const localPart = email.slice(0, Math.max(email.lastIndexOf('@'), 0))
  return [localPart, displayName ?? '', BRAND.name, BRAND.slug]
    .map((name) => fold(name.trim()))
    .filter((name) => [...name].length >= NAME_COUNTS_FROM)
}

const fold = (value: string): string => value.normalize('NFKC').toLowerCase()
