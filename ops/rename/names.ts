/** A product's name in the three ways in which the repository writes it. */
export type Names = {
  /** As people read it. */
  name: string
  /** One word: npm scope, cookies, database roles, folders. A hyphen would have to be quoted in SQL. */
  slug: string
  /** As constants are written. */
  upper: string
}

/** PostgreSQL cuts identifiers at 63, and a socket in a temporary folder may be no longer than 107. */
const SLUG = /^[a-z][a-z0-9]{1,23}$/
/** `pg_…` is PostgreSQL's own for roles. */
const TAKEN = new Set(['pg'])

export const namesOf = ({ name, slug }: { name: string; slug: string }): Names => ({
  name,
  slug,
  upper: slug.toUpperCase(),
})

/** The names of what somebody typed, or what is wrong with it. */
export function readName(typed: string): Names | { problem: string } {
  const name = typed.trim().replace(/\s+/g, ' ')
  const names = namesOf({ name, slug: name.replace(/[ -]/g, '').toLowerCase() })
  const problem = problemOf(names)
  return problem === undefined ? names : { problem }
}

function problemOf({ name, slug, upper }: Names): string | undefined {
  if (!/^[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*$/.test(name))
    return 'A name is made of the letters A to Z, digits, and single spaces or hyphens between them.'
  if (!SLUG.test(slug)) return 'A name begins with a letter and has 2 to 24 letters and digits.'
  if (TAKEN.has(slug)) return `The databases keep ${slug}_… for themselves.`
  if (name === slug || name === upper)
    return `Write it with capital and small letters, such as ${slug[0]?.toUpperCase()}${slug.slice(1)}: the next rename tells the name from its forms by them. How people read it can be changed in shared/src/brand.ts afterwards.`
  return undefined
}
