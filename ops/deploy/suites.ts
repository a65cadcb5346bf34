import { buildTestImage, removeImages, runSuite } from '../commands/docker.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist, saidBy } from './insist.ts'

/** R11: what proves the product, on the machine that is to run it. Nothing that runs is touched before it has. */
const SUITES = ['server', 'jobs', 'client'] as const

/** `keep` puts what a suite said where the report is. */
export type Keep = (file: string, text: string) => Promise<void>

export async function runSuites(
  ground: Ground,
  tag: string,
  keep: Keep,
  onLine: (line: string) => void,
): Promise<void> {
  const image = `latchkey-test:${tag}`
  const failed: string[] = []
  await insist(ground, 'The image for the tests cannot be built', buildTestImage(image), { onLine })
  try {
    for (const suite of SUITES) {
      const ran = await ground.run(runSuite(image, suite), { onLine })
      await keep(`${suite}/vitest.txt`, saidBy(ran))
      if (ran.code !== 0) failed.push(suite)
    }
  } finally {
    await ground.run(removeImages(image))
  }
  if (failed.length > 0) throw new StepFailed(`Tests failed: ${failed.join(', ')} (<suite>/vitest.txt).`, '')
}
