import type { Target } from '../../commands/ssh.ts'
import { openRemoteShell } from '../../deeds/remote-shell.ts'
import type { Command } from '../../deeds/run.ts'

/** A process of its own that is in the middle of a command on the droplet. The test kills it. */
export type HeldCommand = { target: Target; command: Command }

const { target, command } = JSON.parse(process.argv[2] ?? '') as HeldCommand
const shell = await openRemoteShell(target)
await shell.run(command, { onLine: (line) => process.stdout.write(`${line}\n`) })
