import { createChallenge, solveChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { z } from 'zod'

/**
 * A little work that the server asks of a browser, which a person does not notice and who guesses a thousand passwords
 * does. About a second of one core: so many rounds, each of so many passes.
 */
const ALGORITHM = 'PBKDF2/SHA-256'
const PASSES = 5000
const ROUNDS = { least: 300, most: 900 }

/** What the work is for, and for whom; signed with the rest. */
export type Purpose = { act: string; holder: string }
/** `id` is of the question, not of the answer: whoever answers it twice has answered it once. */
export type Checked = { id: string } | { refused: 'malformed' | 'foreign' | 'expired' | 'wrong' }
type Key = { secret: string; seconds: number }

/** A question as text. */
export async function askForWork(purpose: Purpose, { secret, seconds }: Key): Promise<string> {
  const challenge = await createChallenge({
    algorithm: ALGORITHM,
    cost: PASSES,
    counter: ROUNDS.least + randomBelow(ROUNDS.most - ROUNDS.least),
    deriveKey,
    data: purpose,
    expiresAt: Math.floor(Date.now() / 1000) + seconds,
    hmacSignatureSecret: `${secret}:question`,
    hmacKeySignatureSecret: `${secret}:answer`,
  })
  return JSON.stringify(challenge)
}

/** The answer as text, or nothing where it was stopped or took too long. */
export async function doWork(question: string): Promise<string | undefined> {
  const challenge = challengeShape.parse(JSON.parse(question))
  const solution = await solveChallenge({ challenge, deriveKey })
  if (!solution) return undefined
  const { counter, derivedKey } = solution
  return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }))
}

export async function checkWork(
  answer: string,
  purpose: Purpose,
  { secret }: Pick<Key, 'secret'>,
): Promise<Checked> {
  const read = readAnswer(answer)
  if (!read) return { refused: 'malformed' }
  const { challenge, solution } = read
  const result = await verifySolution({
    challenge,
    solution,
    deriveKey,
    hmacSignatureSecret: `${secret}:question`,
    hmacKeySignatureSecret: `${secret}:answer`,
  })
  if (result.expired) return { refused: 'expired' }
  if (result.invalidSignature) return { refused: 'foreign' }
  if (!result.verified) return { refused: 'wrong' }
  const { act, holder } = challenge.parameters.data
  return act === purpose.act && holder === purpose.holder
    ? { id: challenge.signature }
    : { refused: 'foreign' }
}

const hex = z.string().regex(/^[0-9a-f]{1,128}$/)
const challengeShape = z.strictObject({
  parameters: z.strictObject({
    algorithm: z.literal(ALGORITHM),
    cost: z.literal(PASSES),
    nonce: hex,
    salt: hex,
    keyLength: z.literal(32),
    keyPrefix: hex,
    keySignature: hex,
    expiresAt: z.int(),
    data: z.strictObject({ act: z.string(), holder: z.string() }),
  }),
  signature: hex,
})
const answerShape = z.strictObject({
  challenge: challengeShape,
  solution: z.strictObject({ counter: z.int(), derivedKey: hex }),
})

function readAnswer(answer: string): z.output<typeof answerShape> | undefined {
  try {
    return answerShape.safeParse(JSON.parse(atob(answer))).data
  } catch {
    return undefined
  }
}

function randomBelow(most: number): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  return number % most
}
