import { sortDependencies } from './manifest.ts'
import type { Names } from './names.ts'

export type File = { path: string; text: string }
export type Change = { from: string; to: string; text: string; places: number }
export type Plan = {
  changes: Change[]
  /** Where the new name stands today: a later rename could not tell these places from its own. */
  taken: string[]
  /** Where the old name is a part of a longer word, and stays. */
  left: string[]
}

/** What a rename would do, without doing it. */
export function planOf(files: File[], from: Names, to: Names): Plan {
  return {
    changes: files.flatMap((file) => changeOf(file, from, to)),
    taken: placesOf(files, whole(to, 'gi')),
    left: placesOf(
      files.map(({ path, text }) => ({ path, text: text.replace(whole(from, 'g'), '') })),
      new RegExp(from.slug, 'gi'),
    ),
  }
}

function changeOf({ path, text }: File, from: Names, to: Names): Change[] {
  const places = [...text.matchAll(whole(from, 'g'))].length
  const change = { from: path, to: renamed(path, from, to), text, places }
  if (places === 0) return change.to === path ? [] : [change]
  return [{ ...change, text: sortDependencies(path, renamed(text, from, to)) }]
}

/** Each form becomes the same form of the new name. */
function renamed(text: string, from: Names, to: Names): string {
  const forms = new Map([
    [from.slug, to.slug],
    [from.upper, to.upper],
    [from.name, to.name],
  ])
  return text.replace(whole(from, 'g'), (found) => forms.get(found) ?? found)
}

/** Never inside a longer word. What stands before may be an escape: "\n". */
const whole = ({ name, slug, upper }: Names, flags: string): RegExp =>
  new RegExp(`(?<=^|[^A-Za-z0-9]|\\\\[nrt])(?:${name}|${slug}|${upper})(?![A-Za-z0-9])`, flags)

const placesOf = (files: File[], what: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(what)].map(({ index }) => `${path}:${text.slice(0, index).split('\n').length}`),
  )
