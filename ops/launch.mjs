#!/usr/bin/env node
/**
 * The way into every npm script: `node ops/launch.mjs <command> [args…]`.
 * It starts on any Node >= 20 with nothing installed, installs what package-lock.json says, and runs the command
 * under the Node that is pinned there. Plain JavaScript and built-in modules only, so that it can.
 */
import { refuseForeignClone } from './launch/clone.mjs'
import { ensureInstalled } from './launch/install.mjs'
import { pinnedEnvironment, refuseOldNode } from './launch/node.mjs'
import { Advice } from './launch/advice.mjs'
import { run } from './launch/run.mjs'

const [command, ...args] = process.argv.slice(2)

try {
  refuseOldNode()
  refuseForeignClone()
  if (command === undefined) throw new Advice('Usage: node ops/launch.mjs <command> [args…], e.g. npm start')
  await ensureInstalled()
  await run(command, args, pinnedEnvironment())
} catch (error) {
  if (!(error instanceof Advice)) throw error
  console.error(error.message)
  process.exitCode = 1
}
