import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'
import { allowedIn, deniesByDefault, firewallCommands, openPorts, STATUS } from './rules.ts'

/** Does it on whichever machine `run` reaches, and looks afterwards at what that machine says of itself. */
export async function applyFirewall(run: Run, sshPort: number): Promise<void> {
  for (const command of firewallCommands(sshPort)) {
    const { code, stderr } = await run(command)
    if (code !== 0)
      throw new Advice(
        `${command.join(' ')} ended with ${code}: ${stderr.trim().split('\n')[0]}`,
        code === 127
          ? 'Next: apt-get install ufw, on that machine'
          : 'Next: as root, on that machine; then again',
      )
  }
  await requireFirewall(run, sshPort)
}

/** Whether the machine lets in what it should, and nothing more. */
export async function requireFirewall(run: Run, sshPort: number): Promise<void> {
  const { stdout } = await run(STATUS)
  const wanted = openPorts(sshPort).map((port) => `${port}/tcp`)
  const allowed = allowedIn(stdout)
  const isExact = allowed?.join() === wanted.sort().join()
  if (isExact && deniesByDefault(stdout)) return
  throw new Advice(
    `The firewall lets in ${allowed?.join(', ') ?? 'everything: it is off'}, instead of ${wanted.join(', ')}.`,
    'Next: npm run firewall -- --apply, as root on that machine',
  )
}
