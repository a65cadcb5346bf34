import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { CONTROLS, type Control } from './controls.ts'
import { idsOf, type NamedTest, testsUnder } from './test-names.ts'

/** `npm run controls` writes docs/CONTROLS.md; with `--check` it only says whether that is up to date. */
const ROOT = join(import.meta.dirname, '../..')
export const PAGE = join(ROOT, 'docs/CONTROLS.md')

export async function makePage(): Promise<string> {
  const config = await resolveConfig(PAGE)
  return format(pageOf(CONTROLS, testsUnder(ROOT)), { ...config, filepath: PAGE })
}

export function pageOf(controls: Control[], tests: NamedTest[]): string {
  const rows = controls.map((control) => ({ control, proofs: proofsOf(control, tests) }))
  const covered = rows.filter(({ proofs }) => proofs.length > 0).length
  return [
    '# Controls',
    '',
    'Which control is looked at by which test. `npm run controls` makes this page from the names of the tests, and a test says when it is out of date.',
    '',
    `**${covered} covered, ${rows.length - covered} not covered.**`,
    '',
    'Covered means that a test bears the control’s id, not that it passed, and not that every part of the control is proved: the test proves what its name says. Ids stand at the beginning of a name, and `ops/controls/controls.ts` says which tests an id counts in, because requirements use the same letters.',
    '',
    '<!-- prettier-ignore-start -->',
    '| Control | What it wants | What looks at it |',
    '|---|---|---|',
    ...rows.map(
      ({ control: { id, title }, proofs }) =>
        `| ${id} | ${title} | ${proofs.map(cellOf).join('<br>') || 'not covered'} |`,
    ),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n')
}

type Proof = { path: string; name: string }

/** A group that bears the id stands for all that is in it. A test that is left out proves nothing. */
function proofsOf({ id, provedIn }: Control, tests: NamedTest[]): Proof[] {
  const proofs = new Map<string, Proof>()
  for (const { path, names } of tests) {
    const name = names.find((one) => idsOf(one).includes(id))
    if (name === undefined || !provedIn?.test(`${path} ${names.join(' ')}`)) continue
    proofs.set(`${path} ${name}`, { path, name })
  }
  return [...proofs.values()]
}

const cellOf = ({ path, name }: Proof): string =>
  `[${path}](../${path}): ${name.replaceAll(/[\\|`*_<>[\]]/g, '\\$&')}`

if (import.meta.main) {
  const page = await makePage()
  if (!process.argv.includes('--check')) writeFileSync(PAGE, page)
  else if (readFileSync(PAGE, 'utf8') !== page) {
    process.stderr.write('docs/CONTROLS.md is out of date: npm run controls\n')
    process.exitCode = 1
  }
}
