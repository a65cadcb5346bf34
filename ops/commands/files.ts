import type { Command, Ran } from '../deeds/run.ts'
import { withEnv } from './docker.ts'
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
/** In words that do not change with the language of the machine, so that what is not there can be told from the rest. */
export const readFileIfThere = (path: string): Command => withEnv({ LC_ALL: 'C' }, readFile(path))
export const isMissing = ({ stderr }: Pick<Ran, 'stderr'>): boolean =>
  /No such file or directory/.test(stderr)
export const removeFile = (path: string): Command => ['rm', '-f', '--', operand('path', path)]
export const removeFolder = (path: string): Command => ['rm', '-rf', '--', operand('path', path)]
export const isThere = (path: string): Command => ['test', '-e', operand('path', path)]
export const freeDiskOf = (path: string): Command => ['df', '-P', '-k', '--', operand('path', path)]
export const listFolder = (path: string): Command => ['ls', '-1', '--', operand('path', path)]

/** Every line of every file in it, behind the name of the file and a NUL. */
export const readFolder = (path: string): Command => [
  ...(['grep', '--recursive', '--no-messages', '--text', '--null', '--regexp=', '--'] as const),
  operand('path', path),
]

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

/** Files, and folders of them, as they are now, in a folder of their own: whole, or not at all. One that is kept stays with `once`. */
export const keepCopies = (kept: string, manner: 'once' | 'anew', paths: readonly string[]): Command =>
  script(KEEP, operand('path', kept), manner, ...paths.map((path) => operand('path', path)))
const KEEP = `set -e; umask 077; kept=$1 manner=$2; shift 2
[ "$manner" = anew ] || [ ! -e "$kept" ] || exit 0
rm -rf -- "$kept.new"; mkdir -p -- "$kept.new"
for path; do [ ! -e "$path" ] || cp -a --parents -- "$path" "$kept.new"; done
rm -rf -- "$kept"; mv -- "$kept.new" "$kept"`

/** Those are there again as they were. Each file is moved into its place, since folders may be watched; what came later goes. */
export const bringBack = (kept: string, paths: readonly string[]): Command =>
  script(BRING, operand('path', kept), ...paths.map((path) => operand('path', path)))
const BRING = `set -e; kept=$1; shift
[ -d "$kept" ]
for path; do
  (cd -- "$kept" && find "$path" -type f 2>/dev/null) | while IFS= read -r file; do
    mkdir -p -- "$(dirname -- "$file")"; cp -p -- "$kept/$file" "$file.new" && mv -f -- "$file.new" "$file" || exit 1
  done
  [ ! -d "$path" ] || find "$path" -type f | while IFS= read -r file; do [ -e "$kept/$file" ] || rm -f -- "$file"; done
done`
