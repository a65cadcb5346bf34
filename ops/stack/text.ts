import { stringify } from 'yaml'
import type { Stack } from './render.ts'

/** As a file: what swarm cannot do by itself stands above what it is told. */
export function stackText({ stack, said }: Stack): string {
  const head = [
    'Made by `npm run stack` from compose.yaml. Make it anew instead of changing it.',
    '',
    ...said,
  ]
  // The engine's reader takes words such as `off` for something else, as YAML 1.1 has it.
  const body = stringify(stack, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
  return `${head.map((line) => `# ${line}`.trimEnd()).join('\n')}\n${body}`
}
