import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/**
 * The lock is a folder: `owner` (who, in JSON), `token` (whose), `beat` (touched while the holder lives). It is made
 * aside and moved into its place, so nobody ever sees one without an owner. flock keeps every look at it together with
 * what follows from the look; the kernel lets go of it when its process dies, so that one is never left behind.
 */
const guarded = (lock: string, sentence: string, ...words: string[]): Command => [
  ...(['flock', '--', `${operand('path', lock)}.guard`] as const),
  ...['sh', '-c', PROLOGUE + sentence, 'latchkey', lock, ...words],
]

const PROLOGUE = `umask 077
lock=$1 token=$2
held=$(cat -- "$lock/token" 2>/dev/null)
since() { echo $(($(date +%s) - $(date -r "$lock/$1" +%s 2>/dev/null || echo 0))); }
`

/** The folder that the lock stands in. */
export const makeRoom = (lock: string): Command => [
  ...(['mkdir', '-p', '-m', '0700', '--'] as const),
  operand('path', lock).replace(/\/[^/]+$/, ''),
]

/**
 * Takes it if it is free, or if it is still the one that was judged: `instead` is that one's token, and it must have
 * been silent for `silence` seconds. Answers `taken`, or `held`, the seconds since its last beat and since it was taken,
 * its token, and on the next line its owner. Who we are comes on stdin.
 */
export const takeLock = (lock: string, token: string, instead = '', silence = 0): Command =>
  guarded(lock, TAKE, tokenOf(token), instead && tokenOf(instead), String(Math.trunc(silence)))
const TAKE = `instead=$3 silence=$4
if [ -n "$held" ]; then
  if [ "$held" != "$instead" ] || [ "$(since beat)" -lt "$silence" ]; then
    echo "held $(since beat) $(since token) $held"
    cat -- "$lock/owner"
    exit 0
  fi
  { date -u +%Y-%m-%dT%H:%M:%SZ; cat -- "$lock/owner"; } >> "$lock.history"
fi
rm -rf -- "$lock.new" && mkdir -- "$lock.new" || exit 1
cat > "$lock.new/owner" && printf %s "$token" > "$lock.new/token" && : > "$lock.new/beat" || exit 1
rm -rf -- "$lock" && mv -- "$lock.new" "$lock" && echo taken`

/** Says that we live. Answers `ours`, or `lost`. */
export const beatLock = (lock: string, token: string): Command => guarded(lock, BEAT, tokenOf(token))
const BEAT = 'if [ "$held" = "$token" ]; then touch -- "$lock/beat" && echo ours; else echo lost; fi'

/** Gives it back if it is ours. Answers `released`, or `lost`. */
export const releaseLock = (lock: string, token: string): Command => guarded(lock, RELEASE, tokenOf(token))
const RELEASE = 'if [ "$held" = "$token" ]; then rm -rf -- "$lock" && echo released; else echo lost; fi'

/** Only looks. Answers like a take that is refused, or `free`. */
export const readLock = (lock: string): Command => guarded(lock, READ)
const READ = `if [ -z "$held" ]; then echo free; exit 0; fi
echo "held $(since beat) $(since token) $held"
cat -- "$lock/owner"`

/**
 * The command itself, as long as the lock is ours: whoever was asleep while somebody broke it does nothing more. The look
 * comes with the command, so that it costs no way of its own.
 */
export const whileOurs = (lock: string, token: string, command: Command): Command => [
  ...(['sh', '-c', WHILE_OURS, 'latchkey'] as const),
  ...[operand('path', lock), tokenOf(token), ...command],
]
const WHILE_OURS = `held=
read -r held 2>/dev/null < "$1/token"
[ "$held" = "$2" ] || exit 253
shift 2
exec "$@"`

/** How a command ends that was not begun. Something else may end so as well: the lock itself says which it was. */
export const NOT_OURS = 253

/** What is to be done, without the look at the lock: that is no part of any story either. */
export function withoutLook(command: Command): Command {
  const [, , sentence, , , , program, ...words] = command
  return sentence === WHILE_OURS && program !== undefined ? [program, ...words] : command
}

function tokenOf(token: string): string {
  if (!/^[0-9a-f-]{36}$/.test(token)) throw new TypeError('A lock is told by a UUID.')
  return token
}

/** Comes by itself every few seconds, and is no part of any story. */
export const isBeat = (command: Command): boolean => command.includes(PROLOGUE + BEAT)
