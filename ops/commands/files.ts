import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/** The sentences that need a shell. Each is written once, here, and takes what differs as words of its own. */
const script = (sentence: string, ...words: string[]): Command => ['sh', '-c', sentence, 'latchkey', ...words]

export const makeFolder = (path: string, mode: '0700' | '0755' = '0700'): Command => [
  ...(['mkdir', '-p', '-m', mode, '--'] as const),
  operand('path', path),
]

/** What it is to hold comes on stdin: a secret stands in no word. It appears whole and with its mode, or not at all. */
export const writeFile = (path: string, mode: '0400' | '0444' | '0600' | '0644'): Command =>
  script(WRITE, operand('path', path), mode)
const WRITE = 'umask 077 && cat > "$1.new" && chmod "$2" "$1.new" && mv -f -- "$1.new" "$1"'

export const readFile = (path: string): Command => ['cat', '--', operand('path', path)]
export const removeFile = (path: string): Command => ['rm', '-f', '--', operand('path', path)]
export const isThere = (path: string): Command => ['test', '-e', operand('path', path)]
export const freeDiskOf = (path: string): Command => ['df', '-P', '-k', '--', operand('path', path)]
export const listFolder = (path: string): Command => ['ls', '-1', '--', operand('path', path)]

/** Every line of every file in it, behind the name of the file and a NUL. */
export const readFolder = (path: string): Command => [
  ...(['grep', '--recursive', '--no-messages', '--text', '--null', '--regexp=', '--'] as const),
  operand('path', path),
]

/** A folder with all that is in it. */
export const removeFolder = (path: string): Command => ['rm', '-rf', '--', operand('path', path)]

/** In one step; what stands there under that name has to be nothing, or an empty folder. */
export const moveFolder = (from: string, to: string): Command => [
  ...(['mv', '-T', '--'] as const),
  ...[operand('path', from), operand('path', to)],
]

/** Its files one by one into another, whose own they replace. Whatever it was broken off at, it goes on from there. */
export const emptyInto = (from: string, to: string): Command =>
  script(EMPTY, operand('path', from), operand('path', to))
const EMPTY =
  'for file in "$1"/*; do [ ! -e "$file" ] || mv -f -- "$file" "$2/" || exit 1; done; rm -rf -- "$1"'

/** In one step, over what is there. */
export const moveFile = (from: string, to: string): Command => [
  ...(['mv', '-f', '--'] as const),
  ...[operand('path', from), operand('path', to)],
]
