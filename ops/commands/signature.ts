import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'
import { localPath } from './ssh.ts'

/** What the signature is for. A key that signs in to hosts signs nothing else by accident, and no other signature is one of these. */
const PURPOSE = ['-n', 'latchkey-report'] as const

/** Signs what comes on stdin, with a key or with the agent that has it. */
export const signText = (keyFile: string): Command => [
  ...(['ssh-keygen', '-q', '-Y', 'sign', ...PURPOSE, '-f'] as const),
  localPath(keyFile),
]

/** As whom the list of signers knows the key of a signature. */
export const findSigners = (signers: string, signature: string): Command => [
  ...(['ssh-keygen', '-Y', 'find-principals', '-f', localPath(signers)] as const),
  ...['-s', localPath(signature)],
]

/** Whether the text on stdin is what they have signed. */
export const verifyText = (signers: string, signature: string, signer: string): Command => [
  ...(['ssh-keygen', '-q', '-Y', 'verify', ...PURPOSE, '-f', localPath(signers)] as const),
  ...['-I', operand('signer', signer), '-s', localPath(signature)],
]
