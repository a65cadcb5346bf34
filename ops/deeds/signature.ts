import { findSigners, signText, verifyText } from '../commands/signature.ts'
import { bare } from './remote-shell.ts'
import { type Ran, type Run, run as runHere } from './run.ts'

/** With OpenSSH's own signatures (`ssh-keygen -Y`): the operator has a key for it already, and so have their colleagues. */
export type Signed = { signature: string } | { because: string }

/** What a key costs to unlock is not asked here: nobody may be there to answer. */
const UNASKED = { SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force' }
const PATIENCE_MS = 15_000

export async function sign(text: string, keyFile: string, run: Run = runHere): Promise<Signed> {
  const ran = await run(signText(keyFile), {
    stdin: text,
    env: { ...bare(process.env), ...UNASKED },
    timeoutMs: PATIENCE_MS,
  })
  return ran.code === 0 ? { signature: inShortLines(ran.stdout) } : { because: lastLineOf(ran) }
}

/** By whom a text was signed, or why that cannot be said. */
export type Checked = { by: string } | { because: string }
type Signature = { signers: string; file: string }

export async function checkSignature(
  text: string,
  { signers, file }: Signature,
  run: Run = runHere,
): Promise<Checked> {
  const options = { env: bare(process.env), timeoutMs: PATIENCE_MS }
  const found = await run(findSigners(signers, file), options)
  const [signer = ''] = found.stdout.trim().split(/[\n,]/)
  if (found.code !== 0 || signer === '')
    return { because: `nobody of ${signers} has signed it (${lastLineOf(found)})` }
  const ran = await run(verifyText(signers, file, signer), { ...options, stdin: text })
  return ran.code === 0 ? { by: signer } : { because: lastLineOf(ran) }
}

/** Programs read it at any width, and a scrubber takes 43 letters in a row for a token of ours. */
const WIDTH = 40

function inShortLines(armored: string): string {
  const [begin = '', ...rest] = armored.trim().split('\n')
  const body = rest.slice(0, -1).join('')
  return `${[begin, ...(body.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? []), rest.at(-1) ?? ''].join('\n')}\n`
}

const lastLineOf = ({ code, stdout, stderr }: Ran): string =>
  (stderr.trim() || stdout.trim() || `it ended with ${code}`).split('\n').at(-1) ?? ''
