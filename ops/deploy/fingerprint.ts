import { createHash } from 'node:crypto'
import { Secret } from '@latchkey/shared/secret'
import { type EdgeParts, edgeStampOf } from './edge-settings.ts'
import type { DeploySettings } from './read-settings.ts'
import { linesOfEnv, stackEnvOf } from './stack-files.ts'

/** How this machine gets there is nothing of what stands there. */
const WAYS: readonly string[] = ['DEPLOY_HOST', 'DEPLOY_HOST_KEY', 'DEPLOY_SSH_KEY_FILE']

/** Whether two deploys were told the same can be told from it, whatever they deployed, and no setting. */
export function fingerprintOf(
  { settings, processSettings }: Pick<DeploySettings, 'settings' | 'processSettings'>,
  edge: EdgeParts,
): string {
  const told = Object.entries(settings)
    .filter(([name, value]) => !WAYS.includes(name) && !(value instanceof Secret))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  const env = { ...stackEnvOf(settings, processSettings, ''), EDGE_STAMP: edgeStampOf(edge) }
  const parts = [JSON.stringify(told), linesOfEnv(env), ...edge.files.map(({ text }) => text)]
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)
}
