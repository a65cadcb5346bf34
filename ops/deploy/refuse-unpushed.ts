import { commitOfBranch, committedSince, countBehind, fetchBranch, readStatus } from '../commands/git.ts'
import type { Run } from '../deeds/run.ts'
import { Unusable } from '../unusable.ts'
import type { Progress } from './progress.ts'
import { unpushedAdvice, unpushedOf } from './unpushed.ts'

/** R5: the droplet takes what is pushed. What is not would be missed there, and nobody would know why. */
export async function refuseUnpushed(
  branch: string,
  here: Run,
  { note }: Pick<Progress, 'note'>,
): Promise<void> {
  const fetched = await here(fetchBranch(branch))
  if (fetched.code !== 0)
    note(
      `${branch} could not be fetched here; what stands here is compared with how it was last seen: ${lastOf(fetched)}`,
    )
  const [status, committed] = [await here(readStatus()), await here(committedSince(branch))]
  // A checkout that has no such remote branch is nobody's to judge: what is deployed is fetched over there.
  if (status.code !== 0 || committed.code !== 0)
    return note(`What stands here could not be compared with ${branch} as it is pushed: ${lastOf(committed)}`)
  const advice = unpushedAdvice(unpushedOf(status.stdout, committed.stdout), branch)
  if (advice.length > 0) throw new Unusable(...advice)
  const behind = (await here(countBehind(branch))).stdout.trim()
  if (/^[1-9]/.test(behind))
    note(
      `This clone is ${behind} behind ${branch}: the code will be new, and the edge as this clone knows it. git pull brings them together.`,
    )
}

const lastOf = ({ stderr }: { stderr: string }): string => stderr.trim().split('\n').at(-1) ?? ''

/** Of the branch as it is pushed. */
export async function commitHere(branch: string, here: Run): Promise<string> {
  const { code, stdout } = await here(commitOfBranch(branch))
  if (code === 0) return stdout.trim()
  throw new Unusable(`There is no branch ${branch} to be deployed.`, `Next: git push origin HEAD:${branch}`)
}
