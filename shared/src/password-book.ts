import { commonPasswordsOf } from './common-passwords.ts'
import type { PasswordBook } from './password.ts'

/** Loads the dictionaries once. In the browser this is a chunk of its own, fetched when a password is typed. */
export function loadPasswordBook(): Promise<PasswordBook> {
  // A chunk that was lost on its way is asked for again the next time.
  return (loading ??= open().catch((error: unknown) => {
    loading = undefined
    throw error
  }))
}

let loading: Promise<PasswordBook> | undefined

/** Each is a walk through the dictionaries. Disguises of common passwords are found without them. */
const SUBSTITUTIONS_MOST = 16

async function open(): Promise<PasswordBook> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const estimator = new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: SUBSTITUTIONS_MOST,
  })
  const common = await commonPasswordsOf(dictionary['passwords-common'].map(String))
  return {
    isCommon: (password) => common.has(password),
    scoreOf: (password) => estimator.check(password).score,
  }
}
