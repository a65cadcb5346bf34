import { run } from './deeds/run.ts'
import { applyFirewall } from './firewall/apply.ts'
import { firewallCommands, openPorts } from './firewall/rules.ts'
import { Advice } from './launch/advice.mjs'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run firewall --',
  says: 'Prints what makes a machine let in SSH, 80 and 443 and nothing else; with --apply does it here, as root. It may be repeated.',
  flags: {
    'ssh-port': { takes: 'PORT', says: 'Where SSH is (22).' },
    apply: { says: 'Do it on this machine, instead of printing it.' },
    ...JSON_FLAG,
  },
} as const

await runTool(TOOL, async ({ apply, 'ssh-port': typed = '22' }) => {
  const sshPort = requirePort(typed)
  const commands = firewallCommands(sshPort)
  if (apply) await applyFirewall(run, sshPort)
  return {
    lines: apply
      ? [`Let in: ${openPorts(sshPort).join(', ')}. Nothing else.`]
      : commands.map((words) => words.join(' ')),
    json: { ok: true, applied: apply, ports: openPorts(sshPort), commands },
    ok: true,
  }
})

function requirePort(typed: string): number {
  const port = Number(typed)
  if (/^\d{1,5}$/.test(typed) && port > 0 && port <= 65_535) return port
  throw new Advice('--ssh-port is a number from 1 to 65535.', 'Next: npm run firewall -- --help')
}
