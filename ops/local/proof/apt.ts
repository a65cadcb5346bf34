import { existsSync } from 'node:fs'
import { say } from '../say.ts'
import { runTool } from './tool.ts'

export const hasApt = (): boolean => existsSync('/usr/bin/apt-get')

/** Only where we are root already: a proof never asks for a password. Whether it worked, its caller looks for itself. */
export async function installWithApt(packages: string[], stop: AbortSignal): Promise<void> {
  if (process.getuid?.() !== 0 || !hasApt()) return
  say(`Installing ${packages.join(', ')} with apt-get …`)
  await apt(['update'], stop)
  const { code, output } = await apt(['install', '-y', '--no-install-recommends', ...packages], stop)
  if (code !== 0) say(output)
}

const apt = (args: string[], stop: AbortSignal) =>
  runTool(['apt-get', ...args], { env: { DEBIAN_FRONTEND: 'noninteractive' }, shown: false }, stop)
