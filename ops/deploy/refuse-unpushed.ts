import { changedSince, commitOfBranch, committedSince, fetchBranch, readStatus } from '../commands/git.ts'
import type { Command, Run } from '../deeds/run.ts'
import { Unusable } from '../unusable.ts'
import { unpushedAdvice, unpushedOf } from './unpushed.ts'

/** R5: the droplet takes what is pushed. What is not would be missed there, and nobody would know why. */
export async function refuseUnpushed(branch: string, here: Run): Promise<void> {
  await here(fetchBranch(branch))
  const [status, changed, committed] = await Promise.all(
    [readStatus(), changedSince(branch), committedSince(branch)].map((command: Command) => here(command)),
  )
  // A checkout that has no such remote branch is nobody's to judge: what is deployed is fetched over there.
  if (!status || changed?.code !== 0 || committed?.code !== 0) return
  const advice = unpushedAdvice(unpushedOf(status.stdout, committed.stdout), branch)
  if (advice.length > 0) throw new Unusable(...advice)
}

/** Of the branch as it is pushed. */
export async function commitHere(branch: string, here: Run): Promise<string> {
  const { code, stdout } = await here(commitOfBranch(branch))
  if (code === 0) return stdout.trim()
  throw new Unusable(`There is no branch ${branch} to be deployed.`, `Next: git push origin HEAD:${branch}`)
}
