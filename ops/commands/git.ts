import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/** Where a branch of the remote stands in our copy. Written whole, so that no name is ever looked for elsewhere. */
const remoteRef = (branch: string): string => `refs/remotes/origin/${operand('branch', branch)}`

export const cloneRepository = (repository: string, place: string): Command => [
  ...(['git', 'clone', '--no-checkout', '--origin', 'origin', '--'] as const),
  ...[operand('repository', repository), operand('path', place)],
]

/** A checkout in a folder that holds other things already, such as the lock. */
export const initRepository = (place: string): Command => [
  ...(['git', 'init', '--quiet', '--'] as const),
  operand('path', place),
]
export const setOrigin = (repository: string): Command => [
  ...(['git', 'config', '--replace-all', 'remote.origin.url'] as const),
  operand('repository', repository),
]

export const fetchBranch = (branch: string): Command => [
  ...(['git', 'fetch', '--prune', '--no-tags', '--no-recurse-submodules', '--', 'origin'] as const),
  `+refs/heads/${operand('branch', branch)}:${remoteRef(branch)}`,
]

/** The checkout becomes the branch, whatever was changed in it. Files that git does not know stay: .env, secrets, state. */
export const resetToBranch = (branch: string): Command => ['git', 'reset', '--hard', remoteRef(branch), '--']
export const resetToCommit = (commit: string): Command => [
  ...(['git', 'reset', '--hard'] as const),
  ...[operand('commit', commit), '--'],
]

export const commitOfBranch = (branch: string): Command => [
  ...(['git', 'rev-parse', '--verify', '--quiet', '--end-of-options'] as const),
  `${remoteRef(branch)}^{commit}`,
]
export const commitOfHead = (): Command => ['git', 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}']

export const readStatus = (): Command => [
  ...(['git', 'status', '--porcelain=v2', '--branch', '--untracked-files=all', '-z'] as const),
]

/** How many commits of the remote's branch are not in what stands here. */
export const countBehind = (branch: string): Command => [
  ...(['git', 'rev-list', '--count', `HEAD..${remoteRef(branch)}`, '--'] as const),
]

/** What our commits add to the remote's branch since they parted; what others pushed meanwhile is none of ours. */
export const committedSince = (branch: string): Command => [
  ...(['git', 'diff', '--name-only', '--no-renames', '-z', `${remoteRef(branch)}...HEAD`, '--'] as const),
]
