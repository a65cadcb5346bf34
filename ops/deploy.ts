import { deployCommand } from './deploy/command.ts'
import { runCommand } from './local/command.ts'

await runCommand(async (stop) => {
  process.exitCode = await deployCommand(process.argv.slice(2), stop)
})
