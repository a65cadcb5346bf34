import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import type { Mutant } from './mutants.ts'

/** The file with the guard gone. A text that stands there twice, or not at all, is a table that has rotted. */
export function mutated({ file, find, put }: Mutant, root: string = ROOT): string {
  const text = readFileSync(join(root, file), 'utf8')
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new Error(`${file} has this ${parts.length - 1} times, and not once: ${JSON.stringify(find)}`)
  return parts.join(put)
}

/** The working tree as it is, with the same packages: what is ours among them is the copy's own. */
export function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-mutants-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter((path) => path && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true })
    cpSync(join(ROOT, path), join(copy, path))
  }
  for (const folder of ['.', ...readdirSync(ROOT)].filter((one) =>
    existsSync(join(ROOT, one, 'node_modules')),
  ))
    linkPackages(join(ROOT, folder, 'node_modules'), join(copy, folder, 'node_modules'), copy)
  return copy
}

function linkPackages(from: string, to: string, copy: string): void {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from).filter((one) => !/^\.(vite|cache)/.test(one)))
    if (name !== '@latchkey') symlinkSync(join(from, name), join(to, name))
    else {
      mkdirSync(join(to, name))
      for (const workspace of readdirSync(join(from, name)))
        symlinkSync(join(copy, workspace), join(to, name, workspace))
    }
}
