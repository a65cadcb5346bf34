import { verifyCommand } from './verify/command.ts'
import { runCommand } from './local/command.ts'

/** `npm run verify`: asks a running product what a deploy asks it, and says whether it holds. */
await runCommand(async (stop) => {
  process.exitCode = await verifyCommand(process.argv.slice(2), stop)
})
