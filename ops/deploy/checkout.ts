import {
  commitOfBranch,
  fetchBranch,
  initRepository,
  resetToBranch,
  resetToCommit,
  setOrigin,
} from '../commands/git.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'

/** The checkout becomes the pushed branch, whatever it was before. Answers which commit that is. */
export async function checkOut(ground: Ground): Promise<string> {
  const { DO_APP_BRANCH: branch, DEPLOY_REPOSITORY: repository } = ground.settings
  if (!repository) throw new StepFailed('DEPLOY_REPOSITORY is missing: what the droplet clones.', '')
  await insist(ground, 'The checkout cannot be made', initRepository('.'))
  await insist(ground, 'The checkout cannot be told where it comes from', setOrigin(repository))
  await insist(ground, `${branch} cannot be fetched from ${repository}`, fetchBranch(branch))
  const commit = (await insist(ground, `There is no branch ${branch}`, commitOfBranch(branch))).trim()
  await insist(ground, `The checkout cannot become ${branch}`, resetToBranch(branch))
  return commit
}

export const goBackTo = (ground: Ground, commit: string): Promise<string> =>
  insist(ground, 'The checkout cannot go back', resetToCommit(commit))
