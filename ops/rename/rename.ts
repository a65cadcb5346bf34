import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { BRAND } from '@latchkey/shared/brand'
import { Advice } from '../launch/advice.mjs'
import { ROOT } from '../launch/places.mjs'
import { runCommand } from '../local/command.ts'
import { say } from '../local/say.ts'
import { type Names, namesOf, readName } from './names.ts'
import { type Change, type Plan, planOf } from './plan.ts'
import { isClean, trackedFiles } from './tracked.ts'

/** `npm run rename -- NAME`: the product's name, everywhere in the repository. */
const USAGE =
  'usage: npm run rename -- "New Name"   (--dry-run shows the plan, --force goes on where it would stop)'

await runCommand(async () => {
  const { name, force, dryRun } = readArguments()
  const [from, to] = [namesOf(BRAND), requireName(name)]
  if (from.name === to.name && from.slug === to.slug) return say(`It is called ${to.name} already.`)
  const files = trackedFiles(ROOT)
  const plan = planOf(files, from, to)
  await tell(plan, from, to)
  if (!force) refuseWhatCannotBeUndone(plan, to)
  if (dryRun) return say('Nothing was changed: this was --dry-run.')
  if (!force) refuseDirty()
  for (const change of plan.changes) write(change)
  await putInForm(plan.changes.map(({ to }) => to))
  say(nextStepsOf(to))
})

function readArguments(): { name: string; force: boolean; dryRun: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
      },
    })
    if (positionals.length > 0)
      return { name: positionals.join(' '), force: values.force, dryRun: values['dry-run'] }
  } catch {
    // What it does not know is answered as what it was not given.
  }
  throw new Advice(USAGE)
}

function requireName(typed: string): Names {
  const names = readName(typed)
  if ('problem' in names) throw new Advice(`${typed}: ${names.problem}`, USAGE)
  return names
}

/** Long enough to be on its way still when the process ends, unless somebody waits for it. */
async function tell({ changes, left }: Plan, from: Names, to: Names): Promise<void> {
  const places = changes.reduce((sum, change) => sum + change.places, 0)
  const lines = [
    `${from.name} becomes ${to.name}, @${from.slug}/… and ${from.slug}_… become @${to.slug}/… and ${to.slug}_….`,
    '',
    ...changes.map(({ from, to, places }) => `  ${String(places).padStart(4)}  ${movedOf(from, to)}`),
    '',
    `${places} places in ${changes.length} files.`,
    ...(left.length > 0 ? [`Left as they are, inside longer words: ${someOf(left)}`] : []),
  ]
  await new Promise((written) => process.stdout.write(`${lines.join('\n')}\n`, written))
}

function movedOf(from: string, to: string): string {
  return from === to ? from : `${from} -> ${to}`
}

/** Without this, the name after the next would also take what was never a name. */
function refuseWhatCannotBeUndone({ taken }: Plan, { name }: Names): void {
  if (taken.length === 0) return
  throw new Advice(
    `${name} stands in the repository as a word already (${someOf(taken)}): a later rename would change that too.`,
    'Next: another name, or --force if that does not matter. Nothing was changed.',
  )
}

function someOf(places: string[]): string {
  const more = places.length - 5
  return `${places.slice(0, 5).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function refuseDirty(): void {
  if (isClean(ROOT)) return
  throw new Advice(
    'There are changes that are not committed, and the rename could not be told from them.',
    'Next: commit or stash them (git status lists them), or --force. Nothing was changed.',
  )
}

function write({ from, to, text }: Change): void {
  mkdirSync(dirname(join(ROOT, to)), { recursive: true })
  writeFileSync(join(ROOT, to), text)
  if (from !== to) rmSync(join(ROOT, from))
}

/** A longer name breaks a line, a shorter one joins two, and tables are drawn anew. */
async function putInForm(paths: string[]): Promise<void> {
  const words = [
    'node_modules/prettier/bin/prettier.cjs',
    '--write',
    '--log-level',
    'warn',
    '--ignore-unknown',
  ]
  const child = spawn(process.execPath, [...words, ...paths], { cwd: ROOT, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0)
    throw new Advice('The names are changed, but prettier failed; see above.', 'Next: npm run format')
}

function nextStepsOf({ name }: Names): string {
  return [
    '',
    `It is called ${name} now. Next:`,
    '  npm test                            the proof that everything still holds (it installs first)',
    `  git commit -am 'all: it is called ${name}'`,
    '  npm run reset                       local data of before has databases and roles by the old name',
    'By hand: the tagline in shared/src/brand.ts, the picture of the sign-in page in docs/images, the folder itself.',
  ].join('\n')
}
