import { Advice } from '../launch/advice.mjs'
import type { SecretFolder } from './folder.ts'
import { type Recipe, RECIPES, YOURS } from './recipes.ts'

/** `yours`: nothing stands in it, and nobody but its owner can say what should. */
export type Outcome = 'made' | 'kept' | 'yours'
export type Written = { name: string; outcome: Outcome }
export type Wish = { force: readonly string[]; redisPrefix: string }

/** Every secret that can be made, where there is none yet or shall be a new one. What fits together goes on fitting. */
export function writeSecrets(folder: SecretFolder, { force, redisPrefix }: Wish): Written[] {
  refuseUnknown(force)
  const isForced = ({ name, from }: Recipe) => force.includes(name) || force.includes(from ?? name)
  refuseOrphans(folder, isForced)
  const texts = new Map<string, string>()
  const written = RECIPES.map((recipe): Written => {
    const { name, from = '' } = recipe
    const before = folder.find(name)
    const make = () => recipe.make({ before, source: texts.get(from) ?? '', redisPrefix })
    const { text, isOurs } = isForced(recipe) ? folder.replace(name, make()) : folder.keep(name, make)
    texts.set(name, text)
    return { name, outcome: isOurs ? 'made' : 'kept' }
  })
  const yours = YOURS.map((name): Written => {
    const { text } = folder.keep(name, () => '')
    return { name, outcome: text.trim() ? 'kept' : 'yours' }
  })
  return [...written, ...yours]
}

/** For whoever keeps them elsewhere: every secret that can be made, by name. */
export function makeSecrets(redisPrefix: string): [name: string, text: string][] {
  const texts = new Map<string, string>()
  for (const { name, from = '', make } of RECIPES)
    texts.set(name, make({ source: texts.get(from) ?? '', redisPrefix }))
  return [...texts]
}

function refuseUnknown(force: readonly string[]): void {
  const names = RECIPES.map(({ name }) => name)
  const unknown = force.find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new Advice(
    `${unknown} is no secret that can be made.`,
    `Next: --force with one of ${names.join(', ')}`,
  )
}

/** One that was made from another which is gone fits nothing that could be made now. */
function refuseOrphans(folder: SecretFolder, isForced: (recipe: Recipe) => boolean): void {
  const orphan = RECIPES.find(
    (recipe) =>
      recipe.from && !isForced(recipe) && folder.find(recipe.name) && folder.find(recipe.from) === undefined,
  )
  if (!orphan) return
  throw new Advice(
    `${orphan.name} is there, and ${orphan.from}, which it was made from, is not. Nothing was written.`,
    `Next: bring ${orphan.from} back, or make both anew with: --force ${orphan.from}`,
  )
}
