import type { Command } from './run.ts'

/**
 * All that a remote shell is ever told, whatever is to be done. What is to be done comes on stdin: how many words, each
 * on a line of its own, and then so many bytes of the command's own stdin. `read` takes no byte too many. Behind a `+`
 * stands a word as it is, behind a `%` one with escapes, which printf reads: so no word needs a program to be read.
 *
 * The dot keeps line ends that `$(…)` would drop. When our end of stdin closes, whatever became of us, the command is
 * ended too; no orphan goes on working while the next deploy begins. 255 is left to ssh itself, for a lost connection.
 */
const SCRIPT = `set -f
IFS= read -r count || exit 255
set --
while [ "$count" -gt 0 ]; do
  IFS= read -r line || exit 255
  word=\${line#?}
  case $line in %*)
    word=$(printf %b. "$word") || exit 255
    word=\${word%.}
  esac
  set -- "$@" "$word"
  count=$((count - 1))
done
bytes=$1 place=$2
shift 2
{
  sh -c "echo \\$PPID"
  [ "$bytes" = 0 ] || head -c "$bytes"
  exec >/dev/null 2>&1
  while read -r _; do :; done
  kill -TERM 0
} | {
  read -r leash
  (cd -- "$place" && exec "$@")
  code=$?
  kill -PIPE "$leash"
  [ "$code" = 255 ] && code=254
  exit "$code"
}`

/** In single quotes, of which it has none, for whatever login shell the account has. */
export const REMOTE_SCRIPT = `exec sh -c '${SCRIPT}'`

/** Words that could not arrive as they are, or would be something else than a program and its words. */
export class Unsendable extends Error {
  constructor(what: string) {
    super(`A command cannot be sent: ${what}.`)
    this.name = 'Unsendable'
  }
}

/** What the script reads: the words, then the command's stdin. */
export function framed([program, ...words]: Command, stdin: string, place: string): string {
  if (!/^[\w/][\w./-]*$/.test(program)) throw new Unsendable('its program is no name of one')
  const all = [String(Buffer.byteLength(stdin)), place, program, ...words]
  return [String(all.length), ...all.map(encoded)].map((line) => `${line}\n`).join('') + stdin
}

/** Linux takes no longer word. */
const LONGEST_WORD = 128 * 1024 - 1

function encoded(word: string): string {
  if (word.includes('\0')) throw new Unsendable('no program can be given a NUL')
  if (!word.isWellFormed()) throw new Unsendable('a word is not Unicode')
  const bytes = Buffer.from(word)
  if (bytes.length > LONGEST_WORD) throw new Unsendable(`a word has ${bytes.length} bytes`)
  return bytes.every(isPlain) ? `+${word}` : `%${[...bytes].map(escaped).join('')}`
}

/** A backslash begins an escape, and what is no letter of ASCII may be read as another by another language's shell. */
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x5c
const escaped = (byte: number): string =>
  isPlain(byte) ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`
