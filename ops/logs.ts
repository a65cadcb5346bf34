import { runCommand } from './local/command.ts'
import { logsCommand } from './logs/command.ts'

await runCommand(async (stop) => {
  process.exitCode = await logsCommand(process.argv.slice(2), stop)
})
