import { buildTestImage, removeImages, runSuite } from '../commands/docker.ts'
import type { Ran } from '../deeds/run.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist, saidBy } from './insist.ts'

/** The images that suites run in: one a commit, and gone when they have ended. */
export const TEST_IMAGES = 'latchkey-test'

/** R11: what proves the product, on the machine that is to run it. Nothing that runs is touched before it has. */
const SUITES = ['server', 'jobs', 'client'] as const
const fileOf = (suite: (typeof SUITES)[number]): string => `${suite}/vitest.txt`
export const SUITE_FILES: readonly string[] = SUITES.map(fileOf)

/** `keep` puts what a suite said where the report is. */
export type Keep = (file: string, text: string) => Promise<void>

export async function runSuites(
  ground: Ground,
  tag: string,
  keep: Keep,
  onLine: (line: string) => void,
): Promise<void> {
  const image = `${TEST_IMAGES}:${tag}`
  const failed: { suite: string; says: string }[] = []
  await insist(ground, 'The image for the tests cannot be built', buildTestImage(image), { onLine })
  try {
    for (const suite of SUITES) {
      const ran = await ground.run(runSuite(image, suite), { onLine })
      await keep(fileOf(suite), saidBy(ran))
      if (ran.code !== 0) failed.push({ suite, says: lastWordsOf(suite, ran) })
    }
  } finally {
    await ground.run(removeImages(image))
  }
  if (failed.length > 0)
    throw new StepFailed(
      `Tests failed: ${failed.map(({ suite }) => suite).join(', ')} (<suite>/vitest.txt).`,
      failed.map(({ says }) => says).join('\n'),
    )
}

/** What was red is told at the end of what a suite says, however much of it was green. */
const LINES = 60
const lastWordsOf = (suite: string, ran: Ran): string =>
  [`${suite} ended with code ${ran.code}:`, ...saidBy(ran).trimEnd().split('\n').slice(-LINES)].join('\n')
