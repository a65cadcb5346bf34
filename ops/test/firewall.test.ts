import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Command, Run } from '../deeds/run.ts'
import { applyFirewall, requireFirewall } from '../firewall/apply.ts'
import { allowedIn, firewallCommands } from '../firewall/rules.ts'

/** A machine with a ufw that keeps what it is told, and says it in ufw's own words. */
function aMachine({ broken, deaf }: { broken?: string; deaf?: string } = {}) {
  const ran: Command[] = []
  const rules = new Set<string>(['8080/tcp'])
  let state = { active: false, incoming: 'allow' }
  const run: Run = async (command) => {
    ran.push(command)
    const words = command.slice(1).filter((word) => word !== '--force')
    if (words.join(' ') === broken) return { code: 1, stdout: '', stderr: 'ERROR: You need to be root\nmore' }
    if (words[0] === 'reset') {
      rules.clear()
      state = { active: false, incoming: 'deny' }
    }
    if (words[0] === 'allow' && words[1] !== deaf) rules.add(words[1] ?? '')
    if (words[0] === 'default' && words[2] === 'incoming') state.incoming = words[1] ?? ''
    if (words[0] === 'enable') state.active = true
    return { code: 0, stdout: words[0] === 'status' ? statusOf(state, rules) : '', stderr: '' }
  }
  return { run, ran, rules }
}

const statusOf = ({ active, incoming }: { active: boolean; incoming: string }, rules: Set<string>) =>
  active
    ? [
        'Status: active',
        'Logging: on (low)',
        `Default: ${incoming} (incoming), allow (outgoing), deny (routed)`,
        'New profiles: skip',
        '',
        'To                         Action      From',
        '--                         ------      ----',
        ...[...rules].map((rule) => `${rule.padEnd(27)}ALLOW IN    Anywhere`),
        ...[...rules].map((rule) => `${`${rule} (v6)`.padEnd(27)}ALLOW IN    Anywhere (v6)`),
      ].join('\n')
    : 'Status: inactive\n'

test('R31: the words, in their order: SSH is let in before anything is shut', () => {
  expect(firewallCommands(2222).map((words) => words.join(' '))).toEqual([
    'ufw --force reset',
    'ufw default deny incoming',
    'ufw default allow outgoing',
    'ufw allow 2222/tcp',
    'ufw allow 80/tcp',
    'ufw allow 443/tcp',
    'ufw --force enable',
  ])
})

test('R31: 22, 80 and 443 are let in, what was open before is not, and twice is once', async () => {
  const machine = aMachine()
  await applyFirewall(machine.run, 22)
  expect([...machine.rules].sort()).toEqual(['22/tcp', '443/tcp', '80/tcp'])
  await applyFirewall(machine.run, 22)
  expect(machine.ran).toHaveLength(2 * (firewallCommands(22).length + 1))
})

test('R31: a step that fails ends it, before the machine is shut', async () => {
  const machine = aMachine({ broken: 'allow 22/tcp' })
  await expect(applyFirewall(machine.run, 22)).rejects.toThrow(
    /ufw allow 22\/tcp ended with 1: ERROR: You need to be root\nNext: as root/,
  )
  expect(machine.ran.some((words) => words.includes('enable'))).toBe(false)
})

test('R31: what the machine says of itself is what counts', async () => {
  await expect(applyFirewall(aMachine({ deaf: '443/tcp' }).run, 22)).rejects.toThrow(
    'The firewall lets in 22/tcp, 80/tcp, instead of 22/tcp, 443/tcp, 80/tcp.',
  )
  await expect(requireFirewall(aMachine().run, 22)).rejects.toThrow('everything: it is off')
  const open: Run = async () => ({
    code: 0,
    stderr: '',
    stdout: statusOf({ active: true, incoming: 'allow' }, new Set(['22/tcp', '80/tcp', '443/tcp'])),
  })
  await expect(requireFirewall(open, 22)).rejects.toThrow('Next: npm run firewall')
})

test('R31: a rule of any other form counts as well', () => {
  const status = [
    'Status: active',
    '5432                       ALLOW       10.0.0.0/8',
    '22/tcp                     LIMIT IN    Anywhere',
  ].join('\n')
  expect(allowedIn(status)).toEqual(['22/tcp', '5432'])
})

test('R31: npm run firewall prints, and does nothing', () => {
  const tool = (...words: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../firewall.ts'), ...words], {
      encoding: 'utf8',
      env: { PATH: '' },
    })
  expect(tool().stdout).toBe(
    `${firewallCommands(22)
      .map((words) => words.join(' '))
      .join('\n')}\n`,
  )
  expect(JSON.parse(tool('--json', '--ssh-port', '2222').stdout)).toMatchObject({
    applied: false,
    ports: [2222, 80, 443],
  })
  for (const port of ['0', '65536', '22; id', '-1', '22\n'])
    expect([port, tool(`--ssh-port=${port}`).status]).toEqual([port, 1])
  const applied = tool('--apply')
  expect([applied.status, applied.stdout]).toEqual([1, expect.stringContaining('Next: apt-get install ufw')])
})
